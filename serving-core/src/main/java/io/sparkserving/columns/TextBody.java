package io.sparkserving.columns;

import static org.apache.spark.sql.functions.not;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A body as text, in any charset that can be read, in the column {@code value}. */
record TextBody() implements Body {

  private static final String VALUE = "value";

  @Override
  public List<String> names() {
    return List.of(VALUE);
  }

  @Override
  public Dataset<Row> read(RequestColumns requests) {
    return requests.rows();
  }

  @Override
  public Column isGood(Column entity, ParsingCheck check) {
    return not(EntityText.unsupportedCharset(entity));
  }

  @Override
  public Refusal refusal(Column entity, ParsingCheck check) {
    return Refusal.text(entity);
  }

  @Override
  public List<Column> columns(Column entity) {
    return List.of(EntityText.of(entity).as(VALUE));
  }
}
