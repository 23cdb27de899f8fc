package io.sparkserving.testing;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkFirehoseListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.util.JsonProtocol;

/** What Spark's event log would have of the time while this is open. */
final class EventTexts extends SparkFirehoseListener implements AutoCloseable {
  private final Queue<String> texts = new ConcurrentLinkedQueue<>();
  private final SparkContext spark;

  private EventTexts(SparkContext spark) {
    this.spark = spark;
  }

  static EventTexts of(SparkContext spark) {
    EventTexts events = new EventTexts(spark);
    spark.addSparkListener(events);
    return events;
  }

  @Override
  public void onEvent(SparkListenerEvent event) {
    if (event.logEvent()) {
      texts.add(JsonProtocol.sparkEventToJsonString(event));
    }
  }

  String text() {
    return String.join("\n", texts);
  }

  @Override
  public void close() {
    spark.removeSparkListener(this);
  }
}
