package io.sparkserving.functions.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PackagedFilesTest {

  @Test
  void theListNamesAllFilesOfThePythonPackage() throws IOException {
    Path list = Path.of("src/main/resources/sparkserving-python/files.txt");
    Path sources = Path.of("../python/src");
    try (Stream<Path> files = Files.list(sources.resolve("sparkserving"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".py")))
          .extracting(file -> sources.relativize(file).toString())
          .containsExactlyInAnyOrderElementsOf(Files.readAllLines(list));
    }
  }
}
