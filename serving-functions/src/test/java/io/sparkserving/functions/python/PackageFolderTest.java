package io.sparkserving.functions.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageFolderTest {
  private final Path library;

  PackageFolderTest(@TempDir Path library) {
    this.library = library;
  }

  private void add(String file, String text) throws IOException {
    Path path = library.resolve("sparkserving-python").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private PackageFolder folder() throws IOException {
    URL[] urls = {library.toUri().toURL()};
    return new PackageFolder(new URLClassLoader(urls, null));
  }

  @Test
  void thePackageIsUnpackedOnceAndAgainWhenSomebodyHasDeletedIt() throws IOException {
    add("files.txt", "sparkserving/__init__.py\nsparkserving/deep/er.py\n\n");
    add("sparkserving/__init__.py", "first");
    add("sparkserving/deep/er.py", "second");
    PackageFolder folder = folder();
    Path unpacked = folder.unpacked();
    assertThat(unpacked.resolve("sparkserving/__init__.py")).hasContent("first");
    assertThat(unpacked.resolve("sparkserving/deep/er.py")).hasContent("second");
    assertThat(folder.unpacked()).isEqualTo(unpacked);
    TemporaryFolders.delete(unpacked);
    assertThat(unpacked).doesNotExist();
    Path again = folder.unpacked();
    assertThat(again.resolve("sparkserving/deep/er.py")).hasContent("second");
    TemporaryFolders.delete(again);
  }

  @Test
  void aLibraryWithoutThePackageIsNamedAsTheFault() {
    assertThatThrownBy(() -> folder().unpacked())
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("sparkserving-python/files.txt");
  }
}
