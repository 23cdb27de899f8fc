package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawResponse;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/** Requests of which some make the query's function throw. */
final class Poison {

  private static final int ONE_IN = 200;

  private Poison() {}

  /** The text comes back, unless it is poison. */
  static Dataset<Row> swallow(Dataset<Row> text) {
    UserDefinedFunction swallow = udf((UDF1<String, String>) Poison::swallow, DataTypes.StringType);
    return Serving.makeReply(text.withColumn("value", swallow.apply(col("value"))), "value");
  }

  private static String swallow(String text) {
    if (text.startsWith("poison")) {
      throw new IllegalStateException("Cannot swallow " + text);
    }
    return text;
  }

  /** Sends one poisonous request in 200 and checks every answer. */
  static void assertOnlyPoisonFails(HeadService service, int connections, int requests)
      throws InterruptedException {
    LoadReport report = service.load(connections, requests, Poison::body, Poison::isFit);
    int poisonous = requests / ONE_IN;

    assertThat(report.errors()).as("%s", report).isZero();
    assertThat(report.mismatches()).as("%s", report).isZero();
    assertThat(report.byStatus()).isEqualTo(Map.of(200, requests - poisonous, 500, poisonous));
    assertThat(service.counters().givenUp()).isEqualTo(poisonous);
    assertThat(service.query().isActive()).isTrue();
    System.out.printf(
        "%s: %,d requests, %d of them poisonous: %.0f requests/s%n",
        service.name(), requests, poisonous, report.requestsPerSecond());
  }

  private static String body(int number) {
    return (number % ONE_IN == ONE_IN / 2 ? "poison-" : "good-") + number;
  }

  private static boolean isFit(String body, RawResponse response) {
    return body.startsWith("poison")
        ? response.status() == 500
            && response.header("Content-Type").orElse("").equals("application/problem+json")
        : response.status() == 200 && response.text().equals(body);
  }
}
