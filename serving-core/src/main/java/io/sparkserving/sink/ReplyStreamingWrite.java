package io.sparkserving.sink;

import io.sparkserving.routing.DriverEndpoints;
import io.sparkserving.service.ServiceRegistry;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;

/**
 * The driver's side of writing replies. Replies are idempotent, since the first answer wins, so
 * nothing needs to be coordinated or undone.
 */
final class ReplyStreamingWrite implements StreamingWrite {
  private final String serviceName;
  private final String queryId;
  private final ReplyColumns columns;

  ReplyStreamingWrite(String serviceName, String queryId, ReplyColumns columns) {
    this.serviceName = serviceName;
    this.queryId = queryId;
    this.columns = columns;
  }

  @Override
  public StreamingDataWriterFactory createStreamingWriterFactory(PhysicalWriteInfo info) {
    return new ReplyDataWriterFactory(DriverEndpoints.all(), columns);
  }

  @Override
  public boolean useCommitCoordinator() {
    return false;
  }

  /** Every task has delivered its replies by now, so what has none will get none. */
  @Override
  public void commit(long epochId, WriterCommitMessage[] messages) {
    ServiceRegistry.jvm().settle(serviceName, queryId);
  }

  @Override
  public void abort(long epochId, WriterCommitMessage[] messages) {}
}
