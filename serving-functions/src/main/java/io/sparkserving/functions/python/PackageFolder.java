package io.sparkserving.functions.python;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder with the Python package that workers run, unpacked from the library's files once in
 * each JVM. All threads may call all methods.
 */
final class PackageFolder {
  /** Names a folder with the package that is taken instead. */
  static final String PROPERTY = "sparkserving.python.path";

  private static final String RESOURCES = "sparkserving-python/";
  private static final PackageFolder JVM = new PackageFolder(PackageFolder.class.getClassLoader());

  private final ClassLoader library;

  @GuardedBy("this")
  private @Nullable Path unpacked;

  PackageFolder(ClassLoader library) {
    this.library = library;
  }

  /** Returns the folder to be put on Python's path. */
  static String path() throws IOException {
    String named = System.getProperty(PROPERTY);
    return named == null ? JVM.unpacked().toString() : named;
  }

  synchronized Path unpacked() throws IOException {
    // Some machines delete what lies in the folder of temporary files for long.
    if (unpacked == null || !Files.isDirectory(unpacked)) {
      unpacked = unpack();
    }
    return unpacked;
  }

  private Path unpack() throws IOException {
    String list;
    try (InputStream in = open("files.txt")) {
      list = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Path folder = TemporaryFolders.create();
    for (String file : list.split("\n", -1)) {
      if (!file.isBlank()) {
        Path path = folder.resolve(file.strip());
        Files.createDirectories(path.getParent());
        try (InputStream in = open(file.strip())) {
          Files.copy(in, path);
        }
      }
    }
    return folder;
  }

  private InputStream open(String file) throws IOException {
    InputStream in = library.getResourceAsStream(RESOURCES + file);
    if (in == null) {
      throw new FileNotFoundException(
          "Missing " + RESOURCES + file + " among the library's files; use its own jar");
    }
    return in;
  }
}
