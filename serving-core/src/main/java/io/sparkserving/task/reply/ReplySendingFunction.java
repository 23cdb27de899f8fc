package io.sparkserving.task.reply;

import io.sparkserving.channel.RunningEndpoints;
import io.sparkserving.channel.ServiceEndpoints;
import io.sparkserving.exchange.ReplyMessage;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A function that sends replies from the midst of a query, the same way as the sink.
 *
 * <p>A function is made before the services that it will reply to are running. The endpoints of
 * their servers are therefore looked up whenever Spark serializes the function on the driver for
 * the tasks of a job.
 */
public abstract class ReplySendingFunction implements Serializable {
  private static final long serialVersionUID = 1L;

  private List<ServiceEndpoints> endpoints = List.of();

  /** Knows no servers before it is serialized. */
  protected ReplySendingFunction() {}

  /**
   * Sends a reply on its way to the JVM that holds the connection, from a task's thread, without
   * waiting for it to arrive.
   *
   * @param id the source's id struct, {@linkplain #isAnswerable answerable}
   * @throws IOException if earlier replies could not be delivered
   */
  protected void send(Row id, ReplyMessage reply) throws IOException {
    TaskRouters.current(endpoints).route(id.getString(0), id.getString(1), reply);
  }

  /** Returns whether an id names a request: the id, its service and its request are not null. */
  protected static boolean isAnswerable(@Nullable Row id) {
    return id != null && !id.isNullAt(0) && !id.isNullAt(1);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    List<ServiceEndpoints> running = RunningEndpoints.byService();
    if (!running.isEmpty()) {
      endpoints = running;
    }
    out.defaultWriteObject();
  }
}
