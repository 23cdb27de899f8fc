package io.sparkserving.head;

import io.sparkserving.testing.Fuzzer;
import io.sparkserving.testing.SparkSessions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class HeadFuzzTest {

  @Test
  void badInputHarmsNobodyElse() throws Exception {
    try (SparkSession spark = SparkSessions.start("local[2]");
        HeadService service =
            HeadService.start(
                spark,
                "fuzzed",
                Fuzzer.OPTIONS,
                requests -> HeadPipelines.echo(Fuzzer.noting(requests)))) {
      new Fuzzer(service.name(), service.port(), service.port()).run();
    }
  }
}
