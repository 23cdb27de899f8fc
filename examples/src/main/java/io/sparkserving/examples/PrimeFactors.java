package io.sparkserving.examples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Answers each request with the prime factors of its field {@code number}, and with the executor
 * that found them. With a third argument every executor has a server: a number is the port of a
 * gateway on the driver; {@code continuous} has tasks go on and on, and restarts a query that
 * fails.
 *
 * <pre>{@code
 * spark-submit --master spark://master:7077 --jars serving-bundle.jar \
 *     --class io.sparkserving.examples.PrimeFactors serving-examples.jar \
 *     [host] [port] [gateway port or continuous]
 * curl -d '{"number":360}' localhost:8888/prime_factors
 * {"number":360,"factors":[2,2,2,3,3,5],"executor":"0"}
 * }</pre>
 */
public final class PrimeFactors {
  private static final StructType SCHEMA = new StructType().add("number", DataTypes.LongType);

  private static final UserDefinedFunction FACTORS =
      udf(
          (UDF1<Long, List<Long>>) PrimeFactors::factors,
          DataTypes.createArrayType(DataTypes.LongType));

  private static final UserDefinedFunction EXECUTOR =
      udf((UDF0<String>) () -> SparkEnv.get().executorId(), DataTypes.StringType)
          .asNondeterministic();

  private PrimeFactors() {}

  /** Serves until it is told to stop, by a signal or by the query's end. */
  public static void main(String[] args) throws Exception {
    String host = args.length > 0 ? args[0] : "localhost";
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 8888;

    SparkSession spark = SparkSession.builder().appName("Prime factors").getOrCreate();
    Dataset<Row> requests =
        Serving.parseRequest(
            read(spark, args).address(host, port, "prime_factors").load(),
            "prime_factors",
            SCHEMA,
            "id",
            "request",
            "full");
    Dataset<Row> answers =
        requests.withColumn(
            "answer",
            struct(
                col("number"),
                FACTORS.apply(col("number")).as("factors"),
                EXECUTOR.apply().as("executor")));
    ServingWriter writer = Serving.writeStream(Serving.makeReply(answers, "answer"));
    writer.replyTo("prime_factors").queryName("prime_factors");
    if (isContinuous(args)) {
      writer
          .continuousServer()
          .trigger(Trigger.Continuous("1 second"))
          .supervise()
          .awaitTermination();
    } else {
      (isDistributed(args) ? writer.distributedServer() : writer.server())
          .start()
          .awaitTermination();
    }
  }

  private static ServingReader read(SparkSession spark, String[] args) {
    ServingReader reader = Serving.readStream(spark);
    if (isContinuous(args)) {
      return reader.continuousServer();
    }
    return isDistributed(args)
        ? reader.distributedServer().option("gateway.port", args[2])
        : reader.server();
  }

  private static boolean isDistributed(String[] args) {
    return args.length > 2 && !isContinuous(args);
  }

  private static boolean isContinuous(String[] args) {
    return args.length > 2 && args[2].equals("continuous");
  }

  /** The smallest divisor above one is prime; what it leaves is factored in turn. */
  private static List<Long> factors(long number) {
    List<Long> factors = new ArrayList<>();
    long rest = number;
    long divisor = 2;
    while (divisor <= rest / divisor) {
      if (rest % divisor == 0) {
        factors.add(divisor);
        rest /= divisor;
      } else {
        divisor++;
      }
    }
    if (rest > 1) {
      factors.add(rest);
    }
    return factors;
  }
}
