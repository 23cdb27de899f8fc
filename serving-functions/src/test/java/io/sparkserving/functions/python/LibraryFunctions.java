package io.sparkserving.functions.python;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Functions that run in the library's own worker, by the Python that a property names. */
final class LibraryFunctions {
  private static final String PYTHON = System.getProperty("sparkserving.test.python", "python3");
  private static final String VERSION = "0.1.0.dev0";

  private LibraryFunctions() {}

  /** Has this JVM run the worker from the library's sources, or skips the tests without them. */
  static void useLibraryWorker() {
    @Nullable Path folder = Path.of("").toAbsolutePath();
    String named = System.getProperty("sparkserving.test.package");
    Path source = named == null ? null : Path.of(named);
    while (source == null && folder != null) {
      Path below = folder.resolve("python/src");
      source = Files.exists(below.resolve("sparkserving/_worker.py")) ? below : null;
      folder = folder.getParent();
    }
    assumeTrue(source != null, "the library's worker is not here");
    assumeTrue(hasPackages(), "PySpark and what comes with it are not here");
    System.setProperty(PackageFolder.PROPERTY, String.valueOf(source));
  }

  private static boolean hasPackages() {
    try {
      return new ProcessBuilder(PYTHON, "-c", "import pyspark, numpy, pandas, pyarrow")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A function of the module of functions under test, or with a setup of that module. */
  static PythonFunction of(
      String name,
      @Nullable String setup,
      String batch,
      StructType arguments,
      DataType returns,
      boolean java8Time,
      Duration timeout) {
    // A pickle of (function, [], setup), of names alone.
    String pickle = "(" + global(name) + "]" + (setup == null ? "N" : global(setup)) + "t.";
    return new PythonFunction(
        "{\"version\": \"" + VERSION + "\", \"batch\": \"" + batch + "\"}",
        PythonCommand.of(pickle.getBytes(StandardCharsets.UTF_8)),
        List.of(PYTHON),
        Map.of(
            "PYTHONPATH",
            TestFunctions.folder("/python-functions"),
            "TZ",
            TimeZone.getDefault().getID()),
        1,
        timeout.toNanos(),
        UUID.randomUUID().toString(),
        arguments,
        returns,
        java8Time,
        null);
  }

  static PythonFunction doubling(@Nullable String setup, Duration timeout) {
    StructType arguments = new StructType().add("a", DataTypes.DoubleType);
    return of("double", setup, "rows", arguments, DataTypes.DoubleType, true, timeout);
  }

  private static String global(String name) {
    return "cfunctions_under_test\n" + name + "\n";
  }
}
