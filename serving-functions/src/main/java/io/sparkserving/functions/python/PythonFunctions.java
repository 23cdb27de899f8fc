package io.sparkserving.functions.python;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.SupervisedQuery;
import io.sparkserving.SupervisedQuery.State;
import io.sparkserving.functions.FunctionColumn;
import io.sparkserving.functions.FunctionLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Puts functions of Python into queries; Python calls it. */
public final class PythonFunctions {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A pickle that is larger travels to each executor once, and not with each task. */
  private static final int LARGE_BYTES = 1 << 16;

  /** Libraries that compute on threads of their own, as many as there are cores by default. */
  private static final List<String> THREAD_NUMBERS =
      List.of(
          "OMP_NUM_THREADS",
          "OPENBLAS_NUM_THREADS",
          "MKL_NUM_THREADS",
          "VECLIB_MAXIMUM_THREADS",
          "NUMEXPR_NUM_THREADS");

  private PythonFunctions() {}

  /**
   * Adds a column that a function of Python computes, or replaces it.
   *
   * @param rows of a query
   * @param name of the column
   * @param settings what the function was declared with, as JSON
   * @param command the pickled function
   * @param arguments what the function gets, at least one
   * @throws IllegalArgumentException for a column or type that does not fit
   */
  public static Dataset<Row> withFunction(
      Dataset<Row> rows, String name, String settings, byte[] command, List<Column> arguments)
      throws JsonProcessingException {
    ObjectNode declared = (ObjectNode) JSON.readTree(settings);
    DataType returns = DataType.fromJson(declared.get("returns").toString());
    FunctionColumn column = new FunctionColumn(name, returns, List.copyOf(arguments));
    FunctionLimits limits =
        new FunctionLimits(declared.get("maxBatch").asInt(), declared.get("maxWaitNanos").asLong());
    PythonFunction function =
        function(rows, declared, command, column.argumentTypes(rows), returns);
    SparkSession session = rows.sparkSession();
    DeclaredFunctions.jvm().add(function, query -> isActive(session, query));
    return column.addTo(rows, function.id(), limits, () -> PythonRunners.open(function));
  }

  /**
   * Starts the workers of a query's functions on the executors that are there, and waits until they
   * are set up, for two minutes at most.
   *
   * @throws IllegalStateException if one cannot be set up; its message says why
   */
  public static void warm(Dataset<Row> rows) throws InterruptedException {
    if (DeclaredFunctions.jvm().isEmpty()) {
      return;
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    for (String id : FunctionColumn.idsIn(rows)) {
      PythonFunction function = DeclaredFunctions.jvm().starting(id);
      if (function != null) {
        WarmUp.of(function, spark);
      }
    }
  }

  /** Keeps the workers of a query's functions until the query ends for good. */
  public static void keepWarm(Dataset<Row> rows, StreamingQuery query) {
    keepWarm(rows, query::isActive);
  }

  /** Keeps the workers of a query's functions until the query is stopped or given up. */
  public static void keepWarm(Dataset<Row> rows, SupervisedQuery query) {
    keepWarm(rows, () -> query.state() == State.RUNNING || query.state() == State.RESTARTING);
  }

  private static void keepWarm(Dataset<Row> rows, BooleanSupplier isActive) {
    if (!DeclaredFunctions.jvm().isEmpty()) {
      for (String id : FunctionColumn.idsIn(rows)) {
        DeclaredFunctions.jvm().started(id, isActive);
      }
    }
  }

  private static boolean isActive(SparkSession session, String query) {
    StreamingQuery active = session.streams().get(query);
    return active != null && active.isActive();
  }

  private static PythonFunction function(
      Dataset<Row> rows,
      ObjectNode declared,
      byte[] command,
      StructType arguments,
      DataType returns) {
    SparkContext spark = rows.sparkSession().sparkContext();
    return new PythonFunction(
        declared.toString(),
        command.length <= LARGE_BYTES
            ? PythonCommand.of(command)
            : PythonCommand.of(JavaSparkContext.fromSparkContext(spark).broadcast(command)),
        List.of(declared.get("pythonExec").asText()),
        environment(declared),
        declared.get("workers").asInt(),
        declared.get("timeoutNanos").asLong(),
        UUID.randomUUID().toString(),
        arguments,
        returns,
        FunctionColumn.usesJavaTime(rows),
        DeclaredFunctions.jvm().endpoint());
  }

  private static Map<String, String> environment(JsonNode declared) {
    Map<String, String> environment = new HashMap<>();
    THREAD_NUMBERS.forEach(name -> environment.put(name, declared.get("threads").asText()));
    declared
        .get("environment")
        .properties()
        .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
    return environment;
  }
}
