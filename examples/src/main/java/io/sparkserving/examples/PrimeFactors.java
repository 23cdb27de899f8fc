package io.sparkserving.examples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.sparkserving.Serving;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Answers each request with the prime factors of its field {@code number}, and with the executor
 * that found them.
 *
 * <pre>{@code
 * spark-submit --master spark://master:7077 --jars serving-bundle.jar \
 *     --class io.sparkserving.examples.PrimeFactors serving-examples.jar [host] [port]
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
            Serving.readStream(spark).server().address(host, port, "prime_factors").load(),
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
    Serving.writeStream(Serving.makeReply(answers, "answer"))
        .server()
        .replyTo("prime_factors")
        .queryName("prime_factors")
        .start()
        .awaitTermination();
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
