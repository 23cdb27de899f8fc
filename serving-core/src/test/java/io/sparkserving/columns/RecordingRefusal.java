package io.sparkserving.columns;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.task.reply.RefuseRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.sql.Row;

/** Keeps what was sent, in this JVM; for one test at a time. */
final class RecordingRefusal extends RefuseRequest {
  private static final long serialVersionUID = 1L;
  private static final Queue<Sent> SENT = new ConcurrentLinkedQueue<>();

  /** One refusal. */
  record Sent(String requestId, int status, String contentType, String body) {}

  RecordingRefusal() {
    SENT.clear();
  }

  List<Sent> sent() {
    return List.copyOf(SENT);
  }

  @Override
  protected void send(Row id, ReplyMessage reply) {
    Header contentType = reply.headers().get(0);
    String body = new String(reply.body(), StandardCharsets.UTF_8);
    SENT.add(new Sent(id.getString(1), reply.status(), contentType.value(), body));
  }
}
