package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.HttpErrorException;
import io.sparkserving.Serving;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The function in Java that the documents show, as it stands there. */
class DocumentedFunctionTest {
  private static final Path PAGE = Path.of("..", "docs", "packaged-jobs.md");
  private static final Path THIS =
      Path.of("src/test/java/io/sparkserving/head/DocumentedFunctionTest.java");

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[2]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  /** What readers have in its place. */
  private static final class Model {
    static double score(double a, double b) {
      return 10 * a + b;
    }
  }

  private static Dataset<Row> scored(Dataset<Row> parsed) {
    Dataset<Row> scored =
        Serving.withFunction(
            parsed,
            "score",
            rows -> {
              List<Double> scores = new ArrayList<>();
              for (Row row : rows) {
                if (row.isNullAt(0)) {
                  throw new HttpErrorException(422, "Missing a");
                }
                scores.add(Model.score(row.getDouble(0), row.getDouble(1)));
              }
              return scores;
            },
            DataTypes.DoubleType,
            col("a"),
            col("b"));
    return scored;
  }

  @Test
  void theFunctionOfTheDocumentAnswers() throws Exception {
    StructType schema = new StructType().add("a", "double").add("b", "double");
    try (HeadService service =
        HeadService.start(
            spark,
            "documented",
            rows -> Serving.makeReply(scored(Serving.parseRequest(rows, schema)), "score"))) {
      assertThat(service.post("{\"a\":4,\"b\":2}").text()).isEqualTo("{\"score\":42.0}");
      RawResponse refused = service.post("{\"b\":2}");
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.text()).contains("Missing a");
    }
  }

  @Test
  void theDocumentShowsTheFunctionThatIsTestedHere() throws Exception {
    String page = Files.readString(PAGE);
    int from = page.indexOf("```java\n") + "```java\n".length();
    String shown = page.substring(from, page.indexOf("```", from));
    assertThat(page).contains("```java\n");
    assertThat(squeezed(Files.readString(THIS))).contains(squeezed(shown));
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }
}
