package io.sparkserving.options;

import java.time.Duration;
import java.util.List;

/** The options of {@code readStream} for a journal of requests, each defined once. */
final class JournalOptions {
  static final ServingOption<String> JOURNAL =
      new ServingOption<>(
          "journal",
          "string",
          null,
          "checkpoint, or a folder on any file system of Hadoop that all executors reach, such as"
              + " hdfs:///journals",
          "Where requests are written down before they are answered, so that a query with state that"
              + " starts again on its checkpoint forgets none that was acknowledged. checkpoint is"
              + " below the query's checkpoint. Not with the continuous trigger, which has no state."
              + " Default: nowhere.",
          OptionParsers.text("\\S(.*\\S)?"));

  static final ServingOption<JournalFlush> FLUSH =
      new ServingOption<>(
          "journal.flush",
          "string",
          "sync",
          "sync, batch, or a duration from 1ms to 1m",
          "When a reply may leave: sync, when its request is on the disks of the journal's file"
              + " system, many requests at once; batch, when it is in an object of its own that is"
              + " closed, for object stores; after a duration such as 100ms the disks have it, and"
              + " replies do not wait, so that a machine that fails may lose that long.",
          JournalFlush::parse);

  static final ServingOption<Duration> RETENTION =
      new ServingOption<>(
          "journal.retention",
          "duration",
          "0ms",
          "a duration from 0ms to 3650d",
          "How long requests stay in the journal at least, also after the state that they made is"
              + " saved: for spark.read.format(\"serving-journal\").",
          OptionParsers.duration(Duration.ZERO, Duration.ofDays(3650)));

  static final ServingOption<String> IDEMPOTENCY_KEY =
      new ServingOption<>(
          "idempotencyKey",
          "string",
          null,
          "the name of a header, such as Idempotency-Key",
          "Header by which a client says that a request is the same as one before: the query gets it"
              + " once, and all get that answer. The same key with another request is answered 422."
              + " Needs journal. Default: none.",
          OptionParsers.text("[A-Za-z0-9-]+"));

  static final ServingOption<Duration> IDEMPOTENCY_WINDOW =
      new ServingOption<>(
          "idempotency.window",
          "duration",
          "24h",
          "a duration from 1s to 365d",
          "How long the answer to a request with an idempotencyKey is kept.",
          OptionParsers.duration(Duration.ofSeconds(1), Duration.ofDays(365)));

  static final List<ServingOption<?>> ALL =
      List.of(JOURNAL, FLUSH, RETENTION, IDEMPOTENCY_KEY, IDEMPOTENCY_WINDOW);

  private JournalOptions() {}
}
