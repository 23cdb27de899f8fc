package io.sparkserving.examples;

import static io.sparkserving.ServingFunctions.makeReply;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.schema.ServingSchemas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.MapState;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Takes an amount from what an account may spend, if that covers it. A request with an {@code
 * Idempotency-Key} that the account has sent before gets the answer of that time, and nothing is
 * taken again.
 *
 * <pre>{@code
 * spark-submit --jars serving-bundle.jar \
 *     --conf spark.shuffle.streaming.networkBufferMaxWaitTimeMs=1 \
 *     --class io.sparkserving.examples.SpendingLimit serving-examples.jar [host] [port] [real-time]
 * curl -d '{"account":"a","amount":30}' -H 'Idempotency-Key: 1' localhost:8888/spend
 * {"left":70}
 * }</pre>
 */
public final class SpendingLimit {
  private static final long LIMIT = 100;

  private static final StructType PURCHASE =
      new StructType().add("account", DataTypes.StringType).add("amount", DataTypes.LongType);

  private static final StructType ANSWER =
      new StructType().add("covered", DataTypes.BooleanType).add("left", DataTypes.LongType);

  private static final StructType ANSWERED =
      new StructType().add("id", ServingSchemas.ID).add("answer", ANSWER);

  private static final StructType LEFT = new StructType().add("left", DataTypes.LongType);

  private static final Column KEY =
      expr("get(filter(request.headers, h -> lower(h.name) = 'idempotency-key'), 0).value");

  private SpendingLimit() {}

  /** What an account has left, and what it was answered. */
  private static final class Account extends StatefulProcessor<String, Row, Row> {
    @SuppressWarnings("NullAway.Init") // init sets both.
    private transient ValueState<Long> left;

    @SuppressWarnings("NullAway.Init")
    private transient MapState<String, Row> answers;

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
      TTLConfig oneDay = new TTLConfig(Duration.ofDays(1));
      left = getHandle().getValueState("left", Encoders.LONG(), TTLConfig.NONE());
      answers = getHandle().getMapState("answers", Encoders.STRING(), Encoders.row(ANSWER), oneDay);
    }

    @Override
    public Iterator<Row> handleInputRows(String account, Iterator<Row> rows, TimerValues timers) {
      List<Row> answered = new ArrayList<>();
      while (rows.hasNext()) {
        Row row = rows.next();
        Row answer = answer(row.getAs("key"), row.getAs("amount"));
        answered.add(RowFactory.create(row.getAs("id"), answer));
      }
      return CollectionConverters.asScala(answered.iterator());
    }

    private Row answer(@Nullable String key, long amount) {
      if (key != null && answers.containsKey(key)) {
        return answers.getValue(key);
      }
      long before = left.exists() ? left.get() : LIMIT;
      boolean covered = amount >= 0 && amount <= before;
      Row answer = RowFactory.create(covered, covered ? before - amount : before);
      left.update(answer.getLong(1));
      if (key != null) {
        answers.updateValue(key, answer);
      }
      return answer;
    }
  }

  /** Serves until it is told to stop, by a signal or by the query's end. */
  public static void main(String[] args) throws Exception {
    String host = args.length > 0 ? args[0] : "localhost";
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 8888;
    boolean realTime = args.length > 2 && args[2].equals("real-time");

    SparkSession spark =
        SparkSession.builder()
            .appName("Spending limit")
            .config(
                "spark.sql.streaming.stateStore.providerClass",
                "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
            .config("spark.sql.shuffle.partitions", 1)
            .getOrCreate();
    ServingReader reader = Serving.readStream(spark);
    reader = realTime ? reader.continuousServer().option("numPartitions", 1) : reader.server();
    Dataset<Row> requests = reader.address(host, port, "spend").load().withColumn("key", KEY);

    ServingWriter writer =
        Serving.writeStream(answer(requests)).replyTo("spend").queryName("spending_limit");
    writer = realTime ? writer.continuousServer().realTime("5 seconds") : writer.server();
    writer.outputMode("update").start().awaitTermination();
  }

  private static Dataset<Row> answer(Dataset<Row> requests) {
    Dataset<Row> answers =
        Serving.parseRequest(requests, "spend", PURCHASE, "id", "request", "full")
            .groupByKey((MapFunction<Row, String>) row -> row.getAs("account"), Encoders.STRING())
            .transformWithState(
                new Account(),
                TimeMode.ProcessingTime(),
                OutputMode.Update(),
                Encoders.row(ANSWERED));
    Column left = struct(col("answer.left"));
    Column reply =
        when(col("answer.covered"), makeReply(left, LEFT))
            .otherwise(makeReply(left, LEFT, 402, "Payment Required"));
    return answers.withColumn("reply", reply);
  }
}
