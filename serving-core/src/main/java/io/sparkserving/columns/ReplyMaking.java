package io.sparkserving.columns;

import static org.apache.spark.sql.functions.lit;

import io.sparkserving.schema.ApiTypes;
import io.sparkserving.schema.ReplyType;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** Adds the reply column to a query's result. */
public final class ReplyMaking {

  private ReplyMaking() {}

  /**
   * Adds a column of replies made of another column, as that column's type suggests. A column that
   * has the new one's name already is replaced. The new column's metadata notes the types of
   * requests and replies.
   *
   * @param replyCol the column to reply with; {@code a.b} means a field, as everywhere in Spark
   * @param name the column to add
   */
  public static Dataset<Row> makeReply(Dataset<Row> df, String replyCol, String name) {
    StructField field = df.select(df.col(replyCol)).schema().fields()[0];
    ReplyContent content = ReplyContent.of(df.col(replyCol), field.name(), field.dataType());
    Column reply = ReplyColumns.of(content, lit(200), lit("OK"));
    Metadata note = ApiTypes.noted(df.schema(), new ReplyType(field.dataType(), field.name()));
    return df.withColumn(name, reply.as(name, note));
  }
}
