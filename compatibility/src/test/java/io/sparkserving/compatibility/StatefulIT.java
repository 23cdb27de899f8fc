package io.sparkserving.compatibility;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.Serving;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** Queries that keep state by key in real time, as they can from Spark 4.3 on. */
final class StatefulIT {
  private static final String SETTING = "spark.shuffle.streaming.networkBufferMaxWaitTimeMs";

  @Test
  void anAggregateAnswersEachRequestAndSaysOnceThatRowsWaitInItsShuffle() throws Exception {
    assumeTrue(System.getProperty("expected.spark").compareTo("4.3") >= 0);
    // The tasks on both sides of the shuffle run at the same time, on the two cores there are.
    LocalSpark.SESSION.conf().set("spark.sql.shuffle.partitions", "1");
    try (Warnings warnings = new Warnings()) {
      for (String name : List.of("running_count", "other_count")) {
        try (RunningService service = counting(name)) {
          for (int asked = 1; asked <= 3; asked++) {
            assertThat(service.post("a").body()).isEqualTo("{\"count\":" + asked + "}");
          }
          assertThat(service.post("b").body()).isEqualTo("{\"count\":1}");
        }
      }
      assertThat(warnings.texts).filteredOn(text -> text.contains(SETTING + "=1")).hasSize(1);
    } finally {
      LocalSpark.SESSION.conf().set("spark.sql.shuffle.partitions", "2");
    }
  }

  private static RunningService counting(String name) throws Exception {
    Dataset<Row> requests =
        Serving.readStream(LocalSpark.SESSION)
            .continuousServer()
            .address("localhost", 0, name)
            .option("numPartitions", 1)
            .load();
    Dataset<Row> counts =
        Serving.parseRequest(requests, DataTypes.StringType)
            .groupBy("value")
            .agg(last(col("id")).as("id"), count(lit(1)).as("count"));
    return RunningService.of(
        name,
        Serving.writeStream(Serving.makeReply(counts, "count"))
            .continuousServer()
            .replyTo(name)
            .realTime("5 seconds")
            .start());
  }

  /** What the library logs while this is open. */
  private static final class Warnings extends AbstractAppender implements AutoCloseable {
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final Logger logger =
        (Logger) LogManager.getLogger("io.sparkserving.format.ShuffleWait");

    Warnings() {
      super("warnings", null, null, true, Property.EMPTY_ARRAY);
      start();
      logger.addAppender(this);
    }

    @Override
    public void append(LogEvent event) {
      texts.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }

    @Override
    public void close() {
      logger.removeAppender(this);
      stop();
    }
  }
}
