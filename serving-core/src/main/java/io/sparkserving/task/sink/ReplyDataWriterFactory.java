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
 */
public record ReplyDataWriterFactory(List<ServiceEndpoint> endpoints, SinkColumns columns)
    implements StreamingDataWriterFactory {

  @Override
  public DataWriter<InternalRow> createWriter(int partitionId, long taskId, long epochId) {
    return new ReplyDataWriter(ReplyRouter.ofSink(endpoints), columns);
  }
}
