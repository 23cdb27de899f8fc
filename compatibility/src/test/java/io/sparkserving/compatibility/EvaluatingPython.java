package io.sparkserving.compatibility;

import io.sparkserving.Serving;
import io.sparkserving.functions.python.PythonFunctions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A function of Python that evaluates text as Python, and gives text. */
final class EvaluatingPython {
  /** One with PySpark. */
  private static final String PYTHON = System.getProperty("sparkserving.test.python", "python3");

  /** As pickle writes it: the function, the names of its keyword arguments, and no set-up. */
  private static final byte[] EVAL = "(cbuiltins\neval\n]Nt.".getBytes(StandardCharsets.US_ASCII);

  private EvaluatingPython() {}

  /** Whether there is a Python with PySpark. */
  static boolean isHere() throws InterruptedException {
    try {
      return new ProcessBuilder(PYTHON, "-c", "import pyspark.sql").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  static Dataset<Row> of(Dataset<Row> rows, String name, Column text) throws IOException {
    Properties library = new Properties();
    try (InputStream in =
        Serving.class.getResourceAsStream("/io/sparkserving/version.properties")) {
      library.load(in);
    }
    String settings =
        """
        {"batch": "rows", "returns": "string", "keywords": 0, "version": "%s",
         "pythonExec": "%s", "pythonVersion": null, "includes": [], "maxBatch": 1024,
         "maxWaitNanos": 0, "workers": 1, "timeoutNanos": 30000000000, "memory": null,
         "threads": 1, "environment": {}}"""
            .formatted(library.getProperty("version"), PYTHON);
    return PythonFunctions.withFunction(rows, name, settings, EVAL, List.of(text));
  }
}
