package io.sparkserving.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.local.LocalFs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkFreeLocalFsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private java.nio.file.Path folder;

  private static FileContext files(Class<?> implementation) throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("fs.AbstractFileSystem.file.impl", implementation.getName());
    return FileContext.getFileContext(URI.create("file:///"), configuration);
  }

  private Path path(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  /** As a streaming query writes its logs: a temporary file, then renamed. */
  private void write(FileContext files, String name) throws IOException {
    try (FSDataOutputStream out =
        files.create(
            path(name + ".tmp"), EnumSet.of(CreateFlag.CREATE), CreateOpts.createParent())) {
      out.write(name.getBytes(StandardCharsets.UTF_8));
    }
    files.rename(path(name + ".tmp"), path(name), Rename.OVERWRITE);
  }

  private String read(FileContext files, String name) throws IOException {
    try (FSDataInputStream in = files.open(path(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void eachReadsWhatTheOtherWroteWithItsChecksums() throws IOException {
    FileContext ours = files(ForkFreeLocalFs.class);
    FileContext hadoops = files(LocalFs.class);
    write(ours, "ours");
    write(ours, "ours");
    write(hadoops, "hadoops");
    assertThat(read(hadoops, "ours")).isEqualTo("ours");
    assertThat(read(ours, "hadoops")).isEqualTo("hadoops");
    assertThat(folder.resolve(".ours.crc")).exists();
    assertThat(Files.getPosixFilePermissions(folder.resolve("ours")))
        .isEqualTo(Files.getPosixFilePermissions(folder.resolve("hadoops")));
  }

  @Test
  void filesAndSymbolicLinksAreSeenAsHadoopSeesThem() throws IOException {
    FileContext ours = files(ForkFreeLocalFs.class);
    FileContext hadoops = files(LocalFs.class);
    write(ours, "target");
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("target"));
    for (String name : new String[] {"target", "link"}) {
      FileStatus expected = hadoops.getFileLinkStatus(path(name));
      FileStatus seen = ours.getFileLinkStatus(path(name));
      assertThat(seen.toString()).isEqualTo(expected.toString());
    }
  }
}
