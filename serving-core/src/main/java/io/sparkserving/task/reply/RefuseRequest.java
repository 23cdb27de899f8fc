package io.sparkserving.task.reply;

import io.sparkserving.columns.Refusal;
import io.sparkserving.columns.Refuser;
import io.sparkserving.exchange.Problems;
import java.io.IOException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF7;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * A function that answers a request with a 400, as {@link RefusalDetail} words it. Its value is
 * always false, which is what a filter wants that drops the rows of refused requests.
 *
 * <p>The function is Java rather than columns, since columns that hardly ever run would still make
 * every plan larger and the code that Spark generates for good requests slower.
 */
public class RefuseRequest extends ReplySendingFunction
    implements Refuser, UDF7<Row, String, String, String, String, String, String, Boolean> {
  private static final long serialVersionUID = 1L;

  /** Spark calls this constructor where the function is registered by its class name. */
  public RefuseRequest() {}

  @Override
  public final Column column(Column id, Refusal refusal) {
    return functions
        .udf(this, DataTypes.BooleanType)
        .asNondeterministic()
        .apply(
            id,
            refusal.charset(),
            refusal.root(),
            refusal.schema(),
            refusal.excerpt(),
            refusal.fault(),
            refusal.wrong());
  }

  /**
   * Sends the refusal of one request. Parameters are the id and, in their order, the values of a
   * {@link Refusal}'s columns.
   *
   * @return false
   */
  @Override
  public Boolean call(
      Row id,
      @Nullable String charset,
      @Nullable String root,
      @Nullable String schema,
      @Nullable String excerpt,
      @Nullable String fault,
      @Nullable String wrong)
      throws IOException {
    if (isAnswerable(id)) {
      send(id, Problems.badRequest(RefusalDetail.of(charset, root, schema, excerpt, fault, wrong)));
    }
    return false;
  }
}
