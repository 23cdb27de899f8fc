package io.sparkserving.task.sink;

import io.sparkserving.channel.ServiceEndpoint;
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
 * @param rowByRow whether the query's plan holds no row back
 */
public record ReplyDataWriterFactory(
    List<ServiceEndpoint> endpoints, SinkColumns columns, boolean rowByRow)
    implements StreamingDataWriterFactory {

  @Override
  public DataWriter<InternalRow> createWriter(int partitionId, long taskId, long epochId) {
    ReplyRouter router =
        rowByRow ? ReplyRouter.ofSinkRowByRow(endpoints) : ReplyRouter.ofSink(endpoints);
    return new ReplyDataWriter(router, columns);
  }
}
