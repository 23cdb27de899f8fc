package io.sparkserving.distributed;

import io.sparkserving.Serving;
import io.sparkserving.testing.Fuzzer;
import io.sparkserving.testing.SparkSessions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("everything")
@Tag("long")
class DistributedFuzzTest {

  /** HTTP/1.1 goes through the gateway, HTTP/2, which it does not speak, to the server itself. */
  @Test
  void badInputHarmsNobodyElseBehindTheGateway() throws Exception {
    int gateway = freePort();
    Map<String, String> options = new HashMap<>(Fuzzer.OPTIONS);
    options.put("gateway.port", Integer.toString(gateway));
    try (SparkSession spark = SparkSessions.start("local[2]")) {
      Dataset<Row> requests =
          Serving.readStream(spark)
              .distributedServer()
              .address("localhost", 0, "fuzzed")
              .options(options)
              .load();
      Dataset<Row> text = Serving.parseRequest(Fuzzer.noting(requests), DataTypes.StringType);
      StreamingQuery query =
          Serving.writeStream(Serving.makeReply(text, "value"))
              .distributedServer()
              .replyTo("fuzzed")
              .start();
      try {
        int server = Serving.serviceInfo("fuzzed").get(0).port();
        new Fuzzer("fuzzed", gateway, server).run();
      } finally {
        query.stop();
      }
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
