package io.sparkserving.benchmarks.synapseml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;

import com.microsoft.azure.synapse.ml.io.DataFrameExtensions;
import com.microsoft.azure.synapse.ml.io.DataStreamReaderExtensions;
import com.microsoft.azure.synapse.ml.io.DataStreamWriterExtensions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * SynapseML's server in one of its modes, used as its documentation does.
 *
 * <p>Arguments: the mode ({@code head}, {@code distributed} or {@code continuous}), the port, and
 * the workload ({@code hello} or {@code ml}).
 */
public final class SynapseServer {
  private static final String API = "my_api";

  private SynapseServer() {}

  /** Serves until standard input closes. */
  public static void main(String[] args) throws Exception {
    String mode = args[0];
    SparkSession spark = SparkSession.builder().appName("Benchmark").getOrCreate();
    Dataset<Row> requests = from(mode, spark.readStream(), Integer.parseInt(args[1])).load();
    Dataset<Row> replies =
        switch (args[2]) {
          case "hello" -> hello(requests);
          case "ml" -> predictions(spark, requests);
          default -> throw new IllegalArgumentException("Unsupported workload " + args[2]);
        };
    Path checkpoint = Files.createTempDirectory("checkpoint");
    to(mode, replies.writeStream())
        .option("name", API)
        .queryName(API)
        .option("checkpointLocation", checkpoint.toUri().toString())
        .start();
    System.out.println("READY " + args[1]);
    while (System.in.read() >= 0) {
      // Nothing is said on it; only its end counts.
    }
    // Its HTTP threads are no daemons.
    Runtime.getRuntime().halt(0);
  }

  private static Dataset<Row> hello(Dataset<Row> requests) {
    StructType schema =
        new StructType().add("foo", DataTypes.StringType).add("bar", DataTypes.IntegerType);
    Dataset<Row> parsed = parse(requests, schema);
    return reply(parsed.withColumn("fooLength", length(col("foo"))), "fooLength");
  }

  private static Dataset<Row> predictions(SparkSession spark, Dataset<Row> requests) {
    StructType schema = new StructType().add("text", DataTypes.StringType);
    Dataset<Row> training =
        spark.createDataFrame(
            List.of(
                RowFactory.create("a spark that serves", 1.0),
                RowFactory.create("many requests for spark", 1.0),
                RowFactory.create("nothing at all", 0.0),
                RowFactory.create("to see here is to wait", 0.0)),
            schema.add("label", DataTypes.DoubleType));
    PipelineStage[] stages = {
      new Tokenizer().setInputCol("text").setOutputCol("words"),
      new HashingTF().setInputCol("words").setOutputCol("features").setNumFeatures(1_000),
      new LogisticRegression().setMaxIter(10).setRegParam(0.01)
    };
    PipelineModel model = new Pipeline().setStages(stages).fit(training);
    return reply(model.transform(parse(requests, schema)), "prediction");
  }

  private static Dataset<Row> parse(Dataset<Row> requests, StructType schema) {
    return new DataFrameExtensions(requests).parseRequest(API, schema, "id", "request", "none");
  }

  private static Dataset<Row> reply(Dataset<Row> df, String column) {
    return new DataFrameExtensions(df).makeReply(column, "reply");
  }

  private static DataStreamReader from(String mode, DataStreamReader reader, int port) {
    DataStreamReaderExtensions words = new DataStreamReaderExtensions(reader);
    DataStreamReader server =
        switch (mode) {
          case "head" -> words.server();
          case "distributed" -> words.distributedServer();
          // Each partition has a server and a port of its own.
          case "continuous" -> words.continuousServer().option("numPartitions", 1);
          default -> throw new IllegalArgumentException("Unsupported mode " + mode);
        };
    return new DataStreamReaderExtensions(server)
        .address("localhost", port, API)
        .option("name", API);
  }

  private static DataStreamWriter<Row> to(String mode, DataStreamWriter<Row> writer) {
    DataStreamWriterExtensions<Row> words = new DataStreamWriterExtensions<>(writer);
    return switch (mode) {
      case "head" -> words.server();
      case "distributed" -> words.distributedServer();
      default -> words.continuousServer().trigger(Trigger.Continuous("1 second"));
    };
  }
}
