package io.sparkserving.columns;

import static org.apache.spark.sql.functions.lit;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A body as bytes, of which any will do, in the column {@code bytes}. */
record BinaryBody() implements Body {

  private static final String BYTES = "bytes";

  @Override
  public List<String> names() {
    return List.of(BYTES);
  }

  @Override
  public Dataset<Row> read(RequestColumns requests) {
    return requests.rows();
  }

  @Override
  public Column isGood(Column entity, ParsingCheck check) {
    return lit(true);
  }

  @Override
  public Refusal refusal(Column entity, ParsingCheck check) {
    return Refusal.text(entity);
  }

  @Override
  public List<Column> columns(Column entity) {
    return List.of(entity.getField("content").as(BYTES));
  }
}
