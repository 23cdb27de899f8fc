package io.sparkserving.task.sink;

import io.sparkserving.channel.ServiceEndpoints;
import io.sparkserving.task.reply.ReplyRouter;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;

/**
 * Makes, inside tasks, the writers of replies.
 *
 * @param endpoints how to reach the servers of the services that run
 * @param columns where rows have id and reply
 * @param flow how rows come to the writers
 */
public record ReplyDataWriterFactory(
    List<ServiceEndpoints> endpoints, SinkColumns columns, RowFlow flow)
    implements StreamingDataWriterFactory {

  @Override
  public DataWriter<InternalRow> createWriter(int partitionId, long taskId, long epochId) {
    ReplyRouter router =
        switch (flow) {
          case ROW_BY_ROW -> ReplyRouter.ofSinkRowByRow(endpoints);
          case HELD_BACK -> ReplyRouter.ofSink(endpoints);
          case BRANCHED -> ReplyRouter.ofTask(endpoints);
        };
    return new ReplyDataWriter(router, columns);
  }
}
