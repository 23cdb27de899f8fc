package io.sparkserving.checkpoint;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFs;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FsConstants;
import org.apache.hadoop.fs.FsServerDefaults;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.local.LocalConfigKeys;

/**
 * Hadoop's own checksummed local file system, file by file the same on disk, but without other
 * processes: Hadoop without its native library starts {@code chmod} for every file that it makes
 * and {@code readlink} for every file that it renames. A streaming query makes and renames four
 * files a batch.
 *
 * <p>Hadoop makes the file system when {@code fs.AbstractFileSystem.file.impl} names this class.
 */
public final class ForkFreeLocalFs extends ChecksumFs {

  /** Hadoop calls this constructor by reflection. */
  public ForkFreeLocalFs(URI uri, Configuration configuration)
      throws IOException, URISyntaxException {
    super(new Raw(configuration));
  }

  private static final class Raw extends DelegateToFileSystem {
    Raw(Configuration configuration) throws IOException, URISyntaxException {
      super(
          FsConstants.LOCAL_FS_URI,
          new ForkFreeLocalFileSystem(),
          configuration,
          FsConstants.LOCAL_FS_URI.getScheme(),
          false);
    }

    @Override
    public int getUriDefaultPort() {
      return -1;
    }

    @Override
    public FsServerDefaults getServerDefaults(Path path) throws IOException {
      return LocalConfigKeys.getServerDefaults();
    }

    @Override
    @Deprecated
    public FsServerDefaults getServerDefaults() throws IOException {
      return LocalConfigKeys.getServerDefaults();
    }

    /** Any name that the operating system takes. */
    @Override
    public boolean isValidName(String source) {
      return true;
    }
  }
}
