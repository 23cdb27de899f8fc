package io.sparkserving.functions.python;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders that nobody else may enter, for as long as they are needed and never for longer than the
 * JVM runs.
 */
final class TemporaryFolders {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolders.class);

  /** Paths of sockets have at most about 100 bytes, of which a folder's own name takes 25. */
  private static final int MOST_BYTES = 70;

  private static final FileAttribute<Set<PosixFilePermission>> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();

  static {
    Thread hook = new Thread(TemporaryFolders::deleteAll, "serving-function-folders");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private TemporaryFolders() {}

  /** Makes a folder whose name is short enough for a socket in it. */
  static Path create() throws IOException {
    // Those who start a JVM may name a folder that is not there yet; Spark makes it, too.
    Path parent = Files.createDirectories(parent(System.getProperty("java.io.tmpdir")));
    Path folder = Files.createTempDirectory(parent, "ssf", OWN);
    FOLDERS.add(folder);
    return folder;
  }

  static Path parent(String wanted) {
    Path folder = Path.of(wanted).toAbsolutePath();
    return folder.toString().getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES
        ? folder
        : Path.of("/tmp");
  }

  /** Deletes a folder with all that is in it. */
  static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      if (Files.exists(folder)) {
        LOG.warn("Cannot delete {}", folder, e);
      }
    }
    FOLDERS.remove(folder);
  }

  private static void deleteAll() {
    FOLDERS.forEach(TemporaryFolders::delete);
  }
}
