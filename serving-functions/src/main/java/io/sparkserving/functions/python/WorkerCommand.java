package io.sparkserving.functions.python;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.python.PythonUtils;
import org.jspecify.annotations.Nullable;

/** How a worker's process is started: its command, environment and streams. */
final class WorkerCommand {
  private static final String PYTHONPATH = "PYTHONPATH";

  private WorkerCommand() {}

  static ProcessBuilder of(PythonFunction function) throws IOException {
    List<String> command = new ArrayList<>(function.pythonCommand());
    command.add("-m");
    command.add("sparkserving._worker");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
    Map<String, String> environment = builder.environment();
    // What a worker prints is to be in the executor's log also when the worker dies.
    environment.put("PYTHONUNBUFFERED", "YES");
    environment.putAll(function.environment());
    String path = path(PackageFolder.path(), environment.get(PYTHONPATH));
    environment.put(PYTHONPATH, path);
    return builder;
  }

  private static String path(String packageFolder, @Nullable String inherited) {
    List<String> parts = new ArrayList<>();
    parts.add(packageFolder);
    String ofSpark = PythonUtils.sparkPythonPath();
    if (!ofSpark.isEmpty()) {
      parts.add(ofSpark);
    }
    if (inherited != null && !inherited.isEmpty()) {
      parts.add(inherited);
    }
    return String.join(File.pathSeparator, parts);
  }
}
