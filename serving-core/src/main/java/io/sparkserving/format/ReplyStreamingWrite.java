package io.sparkserving.format;

import io.sparkserving.channel.RunningEndpoints;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.task.sink.ReplyDataWriterFactory;
import io.sparkserving.task.sink.SinkColumns;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;

/**
 * The driver's side of writing replies. The first answer to a request wins, so a reply may be sent
 * twice, and nothing needs to be coordinated or undone. Spark calls on the query's thread.
 */
final class ReplyStreamingWrite implements StreamingWrite {
  private final String serviceName;
  private final String queryId;
  private final SinkColumns columns;

  ReplyStreamingWrite(String serviceName, String queryId, SinkColumns columns) {
    this.serviceName = serviceName;
    this.queryId = queryId;
    this.columns = columns;
  }

  @Override
  public StreamingDataWriterFactory createStreamingWriterFactory(PhysicalWriteInfo info) {
    RunningPlan.awaitCores(serviceName, info.numPartitions());
    return new ReplyDataWriterFactory(
        RunningEndpoints.byService(), columns, RunningPlan.flowHere());
  }

  @Override
  public boolean useCommitCoordinator() {
    return false;
  }

  /** Every task has delivered its replies by now, so a request without a reply will get none. */
  @Override
  public void commit(long epochId, WriterCommitMessage[] messages) {
    ServiceRegistry.jvm().ofQuery(queryId).settle(serviceName);
  }

  @Override
  public void abort(long epochId, WriterCommitMessage[] messages) {}
}
