package io.sparkserving.continuous;

import io.sparkserving.testing.Fuzzer;
import io.sparkserving.testing.SparkSessions;
import io.sparkserving.testing.Volume;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("everything")
@Tag("long")
class ContinuousFuzzTest {

  private static final int MANY = Volume.of(7_500);

  @Test
  void badInputHarmsNobodyElse() throws Exception {
    try (SparkSession spark = SparkSessions.start("local[4]")) {
      StreamingQuery query =
          ContinuousService.writer(
                  spark,
                  Mode.LINGERING,
                  "fuzzed",
                  0,
                  Fuzzer.OPTIONS,
                  requests -> ContinuousService.echo(Fuzzer.noting(requests)))
              .start();
      try {
        int port = ContinuousService.of(Mode.LINGERING, "fuzzed").port();
        Fuzzer fuzzer = new Fuzzer("fuzzed", port, port);
        fuzzer.run();
        // This mode is fast enough to meet what happens once in ten thousand requests.
        fuzzer.runMalformed(MANY);
      } finally {
        query.stop();
      }
    }
  }
}
