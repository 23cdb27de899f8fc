package io.sparkserving.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.LogCapture;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LocalCheckpointsTest {
  private static final String KEY = "fs.AbstractFileSystem.file.impl";

  private final Configuration hadoop = new Configuration();

  @Test
  void hadoopsOwnFileSystemIsReplacedAndTheLogSaysHowToKeepIt() {
    try (LogCapture log = new LogCapture()) {
      LocalCheckpoints.avoidForks(hadoop);
      LocalCheckpoints.avoidForks(hadoop);

      assertThat(log.lines()).singleElement().asString().contains("fastLocalCheckpoints=false");
    }
    assertThat(hadoop.get(KEY)).isEqualTo(ForkFreeLocalFs.class.getName());
  }

  @Test
  void anotherFileSystemThatSomebodyHasSetStays() {
    hadoop.set(KEY, "com.example.OtherFs");

    LocalCheckpoints.avoidForks(hadoop);

    assertThat(hadoop.get(KEY)).isEqualTo("com.example.OtherFs");
  }
}
