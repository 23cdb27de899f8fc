package io.sparkserving.forwarding.ssh;

import io.sparkserving.options.ForwardingConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads private keys from a folder or a URL. */
final class PrivateKeys {
  private static final Logger LOG = LoggerFactory.getLogger(PrivateKeys.class);

  /** Bytes that a private key has at most; most keys are far smaller. */
  static final int MOST_BYTES = 64 << 10;

  private PrivateKeys() {}

  /**
   * Returns at least one private key.
   *
   * @throws IOException saying why there is none
   */
  static List<PrivateKey> load(ForwardingConfiguration configuration) throws IOException {
    if (configuration.keySas().isPresent()) {
      byte[] text =
          KeyBlob.download(configuration.keySas().get().reveal(), configuration.timeout());
      return List.of(
          PrivateKey.read("the blob of forwarding.keySas", text, configuration.keyPassword()));
    }
    return inFolder(HomeFolder.path(configuration.keyDir()), configuration);
  }

  private static List<PrivateKey> inFolder(Path folder, ForwardingConfiguration configuration)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "%s, where private keys are looked for, is not a folder on this machine: set"
                  .formatted(folder)
              + " forwarding.keyDir or forwarding.keySas.");
    }
    List<PrivateKey> usable = new ArrayList<>();
    List<String> unusable = new ArrayList<>();
    for (Path file : files(folder)) {
      try {
        usable.add(
            PrivateKey.read(
                file.getFileName().toString(),
                Files.readAllBytes(file),
                configuration.keyPassword()));
      } catch (IOException e) {
        LOG.debug("Cannot use {}: {}", file, e.getMessage());
        unusable.add(String.valueOf(e.getMessage()));
      }
    }
    if (usable.isEmpty()) {
      throw new IOException(
          "There is no private key that can be used in %s: %s. Set forwarding.keyDir or"
                  .formatted(
                      folder, unusable.isEmpty() ? "it is empty" : String.join("; ", unusable))
              + " forwarding.keySas.");
    }
    return List.copyOf(usable);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(PrivateKeys::mayBeKey).sorted().toList();
    }
  }

  private static boolean mayBeKey(Path file) {
    return Files.isRegularFile(file) && file.toFile().length() <= MOST_BYTES;
  }
}
