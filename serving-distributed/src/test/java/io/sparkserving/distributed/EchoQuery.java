package io.sparkserving.distributed;

import io.sparkserving.Serving;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;

/** A distributed service that answers each request with its own text. */
final class EchoQuery {

  private EchoQuery() {}

  /** Serves at any free port, unless the options name one. */
  static StreamingQuery start(SparkSession spark, String name, Map<String, String> options)
      throws TimeoutException {
    Dataset<Row> requests =
        Serving.readStream(spark)
            .distributedServer()
            .address("localhost", 0, name)
            .options(options)
            .load();
    Dataset<Row> text = Serving.parseRequest(requests, DataTypes.StringType);
    return Serving.writeStream(Serving.makeReply(text, "value"))
        .distributedServer()
        .replyTo(name)
        .start();
  }
}
