package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.SparkSessions;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadPlainFormatTest {

  @Test
  void theFormatAloneServesWithOptionNamesInAnyCase(@TempDir Path folder) throws Exception {
    try (SparkSession spark = SparkSessions.start("local[2]")) {
      Dataset<Row> requests =
          spark
              .readStream()
              .format("server")
              .option("HOST", "localhost")
              .option("Port", "0")
              .option("pAtH", "plain")
              .option("NUMPARTITIONS", "3")
              .option("noreplystatus", "404")
              .load();
      StreamingQuery query =
          HeadPipelines.fooLength(requests)
              .withColumnRenamed("id", "requestId")
              .withColumnRenamed("reply", "answer")
              .writeStream()
              .format("server")
              .option("NAME", "plain")
              .option("IDCOL", "requestId")
              .option("replycol", "answer")
              .option("checkpointLocation", folder.toUri().toString())
              .start();
      try (HeadService service = HeadService.of("plain", query)) {
        assertThat(service.post("{\"foo\":\"hello\",\"bar\":1}").text())
            .isEqualTo("{\"fooLength\":5}");
      }
    }
  }
}
