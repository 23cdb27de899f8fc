package io.sparkserving.task.sink;

import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.metrics.RoutedRepliesMetric;
import io.sparkserving.metrics.RowsWithoutReplyMetric;
import io.sparkserving.metrics.TaskMetric;
import io.sparkserving.schema.ServingSchemas;
import io.sparkserving.task.reply.ReplyRouter;
import io.sparkserving.task.reply.ReplyRows;
import java.io.IOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * Sends each row's reply on its way as the row is written, on the task's thread. The task commits
 * only when all of its replies have arrived.
 */
final class ReplyDataWriter implements DataWriter<InternalRow> {
  private static final LimitedLog INCOMPLETE = LimitedLog.of(ReplyDataWriter.class);
  private static final int ID_FIELDS = ServingSchemas.ID.size();

  private final ReplyRouter router;
  private final SinkColumns columns;
  private final RepeatedRows repeated = new RepeatedRows();
  private long withoutReply;

  ReplyDataWriter(ReplyRouter router, SinkColumns columns) {
    this.router = router;
    this.columns = columns;
  }

  @Override
  public void write(InternalRow row) throws IOException {
    if (row.isNullAt(columns.id()) || row.isNullAt(columns.reply())) {
      withoutReply++;
      return;
    }
    InternalRow id = row.getStruct(columns.id(), ID_FIELDS);
    if (id.isNullAt(0) || id.isNullAt(1)) {
      withoutReply++;
      return;
    }
    String serverId = id.getUTF8String(0).toString();
    String requestId = id.getUTF8String(1).toString();
    if (repeated.isRepeated(serverId, requestId)) {
      RepeatWarning.say(serverId);
    }
    router.route(
        serverId,
        requestId,
        ReplyRows.toMessage(row.getStruct(columns.reply(), ReplyRows.fieldCount())));
  }

  /** Counts replies of functions too, as these share the task's router. */
  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return new CustomTaskMetric[] {
      new TaskMetric(RoutedRepliesMetric.NAME, router.routed()),
      new TaskMetric(RowsWithoutReplyMetric.NAME, withoutReply)
    };
  }

  /** Has nothing to tell the driver: a class of its own would have to be registered with Kryo. */
  @Override
  @SuppressWarnings("NullAway") // Spark's interface says nothing of null, and takes it.
  public WriterCommitMessage commit() throws IOException {
    router.flush();
    if (withoutReply > 0) {
      INCOMPLETE.warn(
          "", "{} rows had no id or no reply, so nobody was answered by them", withoutReply);
    }
    return null;
  }

  /** Delivers the replies that were written before the failure, which are right. */
  @Override
  public void abort() throws IOException {
    router.flush();
  }

  @Override
  public void close() {}
}
