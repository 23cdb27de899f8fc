package io.sparkserving.continuous;

import io.sparkserving.testing.Fuzzer;
import io.sparkserving.testing.SparkSessions;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;

class ContinuousFuzzTest {

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
        new Fuzzer("fuzzed", port, port).run();
      } finally {
        query.stop();
      }
    }
  }
}
