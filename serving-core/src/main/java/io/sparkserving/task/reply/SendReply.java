package io.sparkserving.task.reply;

import java.io.IOException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** A function that sends a reply. Nothing is sent where the reply or the id is null. */
public final class SendReply extends ReplySendingFunction
    implements UDF3<String, Row, Row, Boolean> {
  private static final long serialVersionUID = 1L;

  /** Spark calls this constructor where the function is registered by its class name. */
  public SendReply() {}

  /**
   * Makes a boolean column whose evaluation sends a reply, true where there was one to send. The
   * column is not deterministic, so that Spark neither drops nor repeats it. It has a name, as
   * Spark fails to make one of a struct's fields within a function.
   *
   * @param api name of the service, string
   * @param reply reply struct
   * @param id the source's id struct
   */
  public static Column column(Column api, Column reply, Column id) {
    return functions
        .udf(new SendReply(), DataTypes.BooleanType)
        .asNondeterministic()
        .apply(api, reply, id)
        .as("sendReply");
  }

  @Override
  public Boolean call(String api, Row reply, Row id) throws IOException {
    if (reply == null || !isAnswerable(id)) {
      return false;
    }
    send(id, ReplyRows.toMessage(reply));
    return true;
  }
}
