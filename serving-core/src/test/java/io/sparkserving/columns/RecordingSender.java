package io.sparkserving.columns;

import static org.apache.spark.sql.functions.udf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** Keeps what was sent, in this JVM; for one test at a time. */
final class RecordingSender implements ReplySender {

  /** One call of the sending function. */
  record Sent(
      @Nullable String api, String requestId, int status, String contentType, String body) {}

  private static final Queue<Sent> SENT = new ConcurrentLinkedQueue<>();

  RecordingSender() {
    SENT.clear();
  }

  List<Sent> sent() {
    return List.copyOf(SENT);
  }

  @Override
  public Column column(Column api, Column reply, Column id) {
    UDF3<String, Row, Row, Boolean> send = RecordingSender::record;
    return udf(send, DataTypes.BooleanType).asNondeterministic().apply(api, reply, id);
  }

  private static boolean record(@Nullable String api, Row reply, Row id) {
    Row entity = reply.getStruct(1);
    String body = new String(entity.<byte[]>getAs("content"), StandardCharsets.UTF_8);
    String contentType = entity.<Row>getAs("contentType").getString(1);
    return SENT.add(
        new Sent(api, id.getString(1), reply.getStruct(2).getInt(1), contentType, body));
  }
}
