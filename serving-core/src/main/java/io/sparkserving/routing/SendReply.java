package io.sparkserving.routing;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * A function that sends a reply from the midst of a query, the same way as the sink does. Null in,
 * for reply or id: nothing is sent.
 *
 * <p>It is made before the services that it will reply to are running. What it needs to reach them
 * is therefore looked up whenever Spark serializes it on the driver for the tasks of a job.
 */
public final class SendReply implements UDF3<String, Row, Row, Boolean> {
  private static final long serialVersionUID = 1L;

  private List<ServiceEndpoint> endpoints = List.of();

  /** For Spark, where the function is registered by its class name. */
  public SendReply() {}

  /**
   * A boolean column whose evaluation sends the reply; true where there was one to send. Not
   * deterministic, so that Spark neither drops nor repeats it.
   *
   * @param api name of the service, string
   * @param reply reply struct
   * @param id the source's id struct
   */
  public static Column column(Column api, Column reply, Column id) {
    return functions
        .udf(new SendReply(), DataTypes.BooleanType)
        .asNondeterministic()
        .apply(api, reply, id);
  }

  @Override
  public Boolean call(String api, Row reply, Row id) throws IOException {
    if (reply == null || id == null || id.isNullAt(0) || id.isNullAt(1)) {
      return false;
    }
    TaskRouters.current(endpoints)
        .route(id.getString(0), id.getString(1), ReplyRows.toMessage(reply));
    return true;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    List<ServiceEndpoint> running = DriverEndpoints.all();
    if (!running.isEmpty()) {
      endpoints = running;
    }
    out.defaultWriteObject();
  }
}
