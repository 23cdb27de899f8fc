package io.sparkserving.functions.python;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Secret;
import io.sparkserving.functions.batch.Outcome;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Functions that run in the tests' own worker, which misbehaves as its rows tell it. */
final class TestFunctions {
  static final double KILLS = -1;
  static final double HANGS = -2;
  static final double ANSWERS_GARBAGE = -3;
  static final double RAISES = -4;
  static final double RAISES_HTTP_ERROR = -5;

  private static final ServiceEndpoint DRIVER =
      new ServiceEndpoint("the driver", Secret.random(), null);

  private TestFunctions() {}

  /** Has this JVM run the tests' worker in place of the library's own. */
  static void useTestWorker() {
    System.setProperty(PackageFolder.PROPERTY, folder("/python-worker"));
  }

  /** Path of a folder of the tests' resources. */
  static String folder(String resource) {
    URL folder = Objects.requireNonNull(TestFunctions.class.getResource(resource));
    try {
      return Path.of(folder.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A function that doubles a number. */
  static PythonFunction doubling(String setup, Duration timeout, int workers) {
    return of(
        setup + " double",
        timeout,
        workers,
        new StructType().add("a", DataTypes.DoubleType),
        DataTypes.DoubleType,
        true);
  }

  static PythonFunction of(
      String command,
      Duration timeout,
      int workers,
      StructType arguments,
      DataType returns,
      boolean java8Time) {
    return new PythonFunction(
        "{\"version\": \"1\"}",
        PythonCommand.of(command.getBytes(StandardCharsets.UTF_8)),
        List.of("python3"),
        Map.of("FUNCTION_TEST", "yes", "PYTHONPATH", "/the/users"),
        workers,
        timeout.toNanos(),
        UUID.randomUUID().toString(),
        arguments,
        returns,
        java8Time,
        DRIVER);
  }

  static List<Row> rows(double... values) {
    List<Row> rows = new ArrayList<>();
    for (double value : values) {
      rows.add(RowFactory.create(value));
    }
    return rows;
  }

  /** What came of rows: values, or kinds of failures. */
  static List<@Nullable Object> told(List<Outcome> outcomes) {
    List<@Nullable Object> told = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      told.add(outcome.failure() == null ? outcome.value() : outcome.failure().kind());
    }
    return told;
  }

  /** Processes that this JVM has started and that still run. */
  static List<ProcessHandle> children() {
    return ProcessHandle.current().children().toList();
  }
}
