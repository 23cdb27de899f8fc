package io.sparkserving.format;

import io.sparkserving.metrics.RoutedRepliesMetric;
import io.sparkserving.metrics.RowsWithoutReplyMetric;
import io.sparkserving.options.SinkConfiguration;
import io.sparkserving.task.sink.SinkColumns;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;
import org.apache.spark.sql.internal.connector.SupportsStreamingUpdateAsAppend;

/**
 * Plans the writing of replies, on the query's own thread, or with the continuous trigger on the
 * thread that starts the query. Every output mode will do: whatever rows the query gives are
 * replies.
 */
final class ReplyWriteBuilder implements SupportsTruncate, SupportsStreamingUpdateAsAppend {
  private final SinkConfiguration configuration;
  private final LogicalWriteInfo info;

  ReplyWriteBuilder(SinkConfiguration configuration, LogicalWriteInfo info) {
    this.configuration = configuration;
    this.info = info;
  }

  @Override
  public WriteBuilder truncate() {
    return this;
  }

  @Override
  public Write build() {
    return new Write() {
      @Override
      public String description() {
        return "replies to " + configuration.name();
      }

      @Override
      public CustomMetric[] supportedCustomMetrics() {
        return new CustomMetric[] {new RoutedRepliesMetric(), new RowsWithoutReplyMetric()};
      }

      @Override
      public StreamingWrite toStreaming() {
        return new ReplyStreamingWrite(
            configuration.name(),
            info.queryId(),
            new SinkColumns(
                info.schema().fieldIndex(configuration.idCol()),
                info.schema().fieldIndex(configuration.replyCol())));
      }
    };
  }
}
