package io.sparkserving.task.reply;

import io.sparkserving.channel.RunningEndpoints;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.ReplyMessage;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What a function needs that sends replies from the midst of a query, the same way as the sink.
 *
 * <p>It is made before the services that it will reply to are running. What it takes to reach them
 * is therefore looked up whenever Spark serializes it on the driver for the tasks of a job.
 */
public abstract class ReplySending implements Serializable {
  private static final long serialVersionUID = 1L;

  private List<ServiceEndpoint> endpoints = List.of();

  /**
   * Sends a reply to the JVM that holds the connection; from a task's thread, without waiting.
   *
   * @param id the source's id struct
   */
  protected void send(Row id, ReplyMessage reply) throws IOException {
    TaskRouters.current(endpoints).route(id.getString(0), id.getString(1), reply);
  }

  /** Whether there is a request of this id to reply to. */
  protected static boolean isAnswerable(Row id) {
    return id != null && !id.isNullAt(0) && !id.isNullAt(1);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    List<ServiceEndpoint> running = RunningEndpoints.all();
    if (!running.isEmpty()) {
      endpoints = running;
    }
    out.defaultWriteObject();
  }
}
