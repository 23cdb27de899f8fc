package io.sparkserving.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContinuousCheckpointTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private Path offsets;

  @BeforeEach
  void makeOffsets() throws Exception {
    offsets = Files.createDirectories(folder.resolve("offsets"));
    Files.writeString(offsets.resolve("9"), "v1\n\n{\"nine\":9}");
    Files.writeString(offsets.resolve("10"), "v1\n\n{\"ten\":10}");
  }

  private void makeFitForBatches() {
    ContinuousCheckpoint.makeFitForBatches(
        new Configuration(), folder.resolve("sources/0").toUri().toString());
  }

  @Test
  void theLatestOffsetsGetMetadata() throws Exception {
    makeFitForBatches();

    assertThat(offsets.resolve("10")).hasContent("v1\n{}\n{\"ten\":10}");
    assertThat(offsets.resolve("9")).hasContent("v1\n\n{\"nine\":9}");
    try (Stream<Path> files = Files.list(offsets)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("9", "10", ".10.crc");
    }
  }

  /** So they are there, whole, at every moment at which the JVM may end. */
  @Test
  void theLatestOffsetsAreReplacedAndNotWrittenOver() throws Exception {
    try (BufferedReader before = Files.newBufferedReader(offsets.resolve("10"))) {
      makeFitForBatches();

      assertThat(before.lines().toList()).isEqualTo(List.of("v1", "", "{\"ten\":10}"));
    }
  }
}
