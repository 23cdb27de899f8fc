package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;

import io.sparkserving.Serving;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** From requests to replies, in the ways that are tested both in one JVM and on executors. */
final class HeadPipelines {

  private HeadPipelines() {}

  /** {@code {"foo":"hello","bar":1}} is answered {@code {"fooLength":5}}. */
  static Dataset<Row> fooLength(Dataset<Row> requests) {
    StructType schema = new StructType().add("foo", "string").add("bar", "int");
    return Serving.makeReply(
        Serving.parseRequest(requests, schema).withColumn("fooLength", length(col("foo"))),
        "fooLength");
  }

  /** The body comes back as it is. */
  static Dataset<Row> echo(Dataset<Row> requests) {
    return Serving.makeReply(text(requests), "value");
  }

  /** The body comes back, from another partition than it was read in. */
  static Dataset<Row> echoRepartitioned(Dataset<Row> requests) {
    return Serving.makeReply(text(requests).repartition(3), "value");
  }

  /** {@code {"key":7}} is answered {@code name-7} for the keys 0 to 999. */
  static Dataset<Row> joined(Dataset<Row> requests, String joinType) {
    SparkSession spark = requests.sparkSession();
    Dataset<Row> names =
        spark.range(1_000).select(col("id").as("key"), concat(lit("name-"), col("id")).as("name"));
    StructType schema = new StructType().add("key", "long");
    Dataset<Row> keys = Serving.parseRequest(requests, schema);
    return Serving.makeReply(
        keys.join(names, keys.col("key").equalTo(names.col("key")), joinType)
            .select(keys.col("id"), names.col("name")),
        "name");
  }

  /**
   * {@code {"group":"red"}} is answered with how many requests its group had when its batch was
   * done. For the output mode update.
   */
  static Dataset<Row> runningCount(Dataset<Row> requests) {
    StructType schema = new StructType().add("group", "string");
    return Serving.makeReply(
        Serving.parseRequest(requests, schema)
            .groupBy("group")
            .agg(count(lit(1)).as("count"), collect_list("id").as("ids"))
            .select(explode(col("ids")).as("id"), col("count")),
        "count");
  }

  static Dataset<Row> text(Dataset<Row> requests) {
    return Serving.parseRequest(requests, DataTypes.StringType);
  }
}
