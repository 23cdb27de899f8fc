package io.sparkserving.columns;

import static io.sparkserving.columns.ReplyMakingTest.JSON;
import static io.sparkserving.columns.ReplyMakingTest.assertReply;
import static io.sparkserving.columns.ReplyMakingTest.entity;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VectorReplyTest {

  @Test
  void vectorsDenseAndSparseReplyAsArrays() {
    assertReply(entity(vectors(Vectors.dense(0.25, 0.75)), "v"), JSON, "{\"v\":[0.25,0.75]}");
    assertReply(
        entity(vectors(Vectors.sparse(4, new int[] {1, 3}, new double[] {1.5, -2})), "v"),
        JSON,
        "{\"v\":[0.0,1.5,0.0,-2.0]}");
  }

  @Test
  void aVectorThatIsNullIsNullUnderItsName() {
    assertReply(entity(vectors(null), "v"), JSON, "{\"v\":null}");
  }

  @Test
  void vectorsWithinAStructReplyAsArrays() {
    Dataset<Row> df =
        vectors(Vectors.dense(1, 2))
            .selectExpr("struct(v, 'x' AS label, struct(v AS deep) AS inner) AS s");

    assertReply(
        entity(df, "s"), JSON, "{\"v\":[1.0,2.0],\"label\":\"x\",\"inner\":{\"deep\":[1.0,2.0]}}");
    assertReply(
        entity(vectors(null).selectExpr("struct(v, 'x' AS label) AS s"), "s"),
        JSON,
        "{\"label\":\"x\"}");
  }

  @Test
  void vectorsInArraysAndMapsReplyAsArrays() {
    Dataset<Row> df = vectors(Vectors.dense(1, 2));

    assertReply(
        entity(df.selectExpr("array(v, null, v) AS vs"), "vs"),
        JSON,
        "{\"vs\":[[1.0,2.0],null,[1.0,2.0]]}");
    assertReply(entity(df.selectExpr("array(struct(v)) AS s"), "s"), JSON, "[{\"v\":[1.0,2.0]}]");
    assertReply(
        entity(df.selectExpr("map('k', array(struct(v AS x))) AS m"), "m"),
        JSON,
        "{\"k\":[{\"x\":[1.0,2.0]}]}");
    assertReply(entity(vectors(null).selectExpr("array(v) AS vs"), "vs"), JSON, "{\"vs\":[null]}");
  }

  private static Dataset<Row> vectors(@Nullable Vector vector) {
    StructType schema =
        new StructType().add("v", SQLDataTypes.VectorType()).add("row", DataTypes.IntegerType);
    return LocalSpark.session().createDataFrame(List.of(RowFactory.create(vector, 1)), schema);
  }
}
