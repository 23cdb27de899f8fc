package io.sparkserving.functions.python;

import io.sparkserving.channel.ServiceEndpoint;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A function in Python, as the driver hands it to executors.
 *
 * @param settingsJson what a worker is told, without what only the executor knows
 * @param command the pickled function
 * @param pythonCommand how Python is started, without arguments of the worker
 * @param environment variables that a worker gets besides the executor's
 * @param workers processes in each executor
 * @param timeoutNanos how long a batch may take
 * @param id of the function, unlike all others
 * @param arguments of the call, in order
 * @param returns what the function returns for a row
 * @param java8Time whether rows hold dates and timestamps in the classes of {@code java.time}
 * @param driver who knows whether a query uses the function; null if nobody does
 */
public record PythonFunction(
    String settingsJson,
    PythonCommand command,
    List<String> pythonCommand,
    Map<String, String> environment,
    int workers,
    long timeoutNanos,
    String id,
    StructType arguments,
    DataType returns,
    boolean java8Time,
    @Nullable ServiceEndpoint driver)
    implements Serializable {
  /** Copies the lists, as ones that can be serialized whatever they were. */
  public PythonFunction {
    pythonCommand = List.copyOf(pythonCommand);
    environment = Map.copyOf(environment);
  }
}
