package io.sparkserving.query;

import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;

/** Refuses triggers with which a query ends by itself, as a service must not. */
final class UnendingTrigger {
  private UnendingTrigger() {}

  /**
   * Looks at the trigger of a writer that is about to start.
   *
   * @throws IllegalArgumentException if the trigger is {@code Once} or {@code AvailableNow}
   */
  @SuppressWarnings("deprecation") // Spark still takes Trigger.Once.
  static void check(DataStreamWriter<?> writer) {
    Object trigger = WriterFields.value(writer, "trigger");
    refuse(trigger, Trigger.Once(), "Once");
    refuse(trigger, Trigger.AvailableNow(), "AvailableNow");
  }

  private static void refuse(@Nullable Object trigger, Trigger ending, String name) {
    if (ending.equals(trigger)) {
      throw new IllegalArgumentException(
          ("Unsupported trigger %s: a query with it ends with the requests that wait when it"
                  + " starts, and a service has to go on. Leave the trigger out, or set one that"
                  + " does not end, such as a processing time.")
              .formatted(name));
    }
  }
}
