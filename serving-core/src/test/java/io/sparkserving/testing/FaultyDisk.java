package io.sparkserving.testing;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under a scheme of its own, for checkpoints, which does what a test says whenever
 * it is used. One for each JVM; all threads may call all methods.
 */
final class FaultyDisk {
  private static final String SCHEME = "faulty";
  private static final Use WORKS = () -> {};

  private static volatile Use onUse = WORKS;

  /** What happens before each use of the disk. */
  @FunctionalInterface
  interface Use {
    void run() throws IOException;
  }

  private FaultyDisk() {}

  /** Settings of a Spark session that make it know the disk. */
  static Map<String, String> settings() {
    return Map.of(
        "spark.hadoop.fs." + SCHEME + ".impl", Files.class.getName(),
        "spark.hadoop.fs.AbstractFileSystem." + SCHEME + ".impl", Context.class.getName());
  }

  /** A folder of the local disk as one of this disk. */
  static String uri(Path folder) {
    return SCHEME + "://" + folder.toAbsolutePath();
  }

  /** From now on this happens before each use. */
  static void onUse(Use use) {
    onUse = use;
  }

  static void repair() {
    onUse = WORKS;
  }

  /** Hadoop makes it. */
  public static final class Context extends DelegateToFileSystem {
    public Context(URI uri, Configuration configuration) throws IOException, URISyntaxException {
      super(uri, new Files(), configuration, SCHEME, false);
    }

    @Override
    public int getUriDefaultPort() {
      return -1;
    }
  }

  /** Hadoop makes it. */
  public static final class Files extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create(SCHEME + ":///");
    }

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize)
        throws IOException {
      onUse.run();
      return super.open(file, bufferSize);
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path file,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      onUse.run();
      return super.create(
          file, permission, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path file) throws IOException {
      onUse.run();
      return super.getFileStatus(file);
    }

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path file) throws IOException {
      onUse.run();
      return super.listStatus(file);
    }

    @Override
    public void setPermission(org.apache.hadoop.fs.Path file, FsPermission permission) {
      // Without another process for each file.
    }

    @Override
    public FileStatus getFileLinkStatus(org.apache.hadoop.fs.Path file) throws IOException {
      return getFileStatus(file);
    }
  }
}
