package io.sparkserving.functions.python;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.api.python.PythonUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WorkerCommandTest {
  private final PythonFunction function = TestFunctions.doubling("ok", Duration.ofSeconds(1), 1);

  @BeforeAll
  static void useTestWorker() {
    TestFunctions.useTestWorker();
  }

  @Test
  void thePackageIsFoundFirstThenWhatSparkHasThenWhatTheUserHas() throws IOException {
    Map<String, String> environment = WorkerCommand.of(function).environment();
    String ofSpark = PythonUtils.sparkPythonPath();
    assertThat(environment)
        .containsEntry("FUNCTION_TEST", "yes")
        .containsEntry(
            "PYTHONPATH",
            TestFunctions.folder("/python-worker")
                + File.pathSeparator
                + (ofSpark.isEmpty() ? "" : ofSpark + File.pathSeparator)
                + "/the/users");
  }

  @Test
  void theWorkerIsAModuleOfThePackage() throws IOException {
    assertThat(WorkerCommand.of(function).command())
        .containsExactly("python3", "-m", "sparkserving._worker");
  }

  @Test
  void aWorkerIsToldTheSettingsThenTheCommandEachAfterItsLength() throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    WorkerSettings.write(function, Path.of("/some/w"), written);
    ByteBuffer told = ByteBuffer.wrap(written.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    JsonNode settings = new ObjectMapper().readTree(part(told));
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                "{\"version\": \"1\", \"socket\": \"/some/w\", \"filesRoot\": null,"
                    + " \"arguments\": [{\"name\": \"a\", \"type\": \"double\"}],"
                    + " \"returns\": \"double\"}");
    assertThat(settings).isEqualTo(expected);
    assertThat(new String(part(told), StandardCharsets.UTF_8)).isEqualTo("ok double");
    assertThat(told.remaining()).isZero();
  }

  private static byte[] part(ByteBuffer told) {
    byte[] bytes = new byte[told.getInt()];
    told.get(bytes);
    return bytes;
  }
}
