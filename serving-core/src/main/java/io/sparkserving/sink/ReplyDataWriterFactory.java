package io.sparkserving.sink;

import io.sparkserving.routing.ReplyRouter;
import io.sparkserving.routing.ServiceEndpoint;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;

/** Makes, inside tasks, the writers of replies. */
record ReplyDataWriterFactory(List<ServiceEndpoint> endpoints, ReplyColumns columns)
    implements StreamingDataWriterFactory {

  @Override
  public DataWriter<InternalRow> createWriter(int partitionId, long taskId, long epochId) {
    return new ReplyDataWriter(ReplyRouter.ofSink(endpoints), columns);
  }
}
