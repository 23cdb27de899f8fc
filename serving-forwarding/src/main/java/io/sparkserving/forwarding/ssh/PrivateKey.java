package io.sparkserving.forwarding.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import io.sparkserving.options.HiddenText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A private key that can be used. The key stays in memory and is never printed. */
final class PrivateKey {
  private final String name;
  private final byte[] text;
  private final byte[] password;

  private PrivateKey(String name, byte[] text, byte[] password) {
    this.name = name;
    this.text = text;
    this.password = password;
  }

  /**
   * Reads a private key.
   *
   * @param name for messages
   * @throws IOException if the text is no private key, or cannot be decrypted
   */
  static PrivateKey read(String name, byte[] text, Optional<HiddenText> password)
      throws IOException {
    // The library takes some other files for keys.
    if (!new String(text, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY-----")) {
      throw new IOException(name + " is not a private key in OpenSSH or PEM format");
    }
    byte[] given =
        password.map(hidden -> hidden.reveal().getBytes(StandardCharsets.UTF_8)).orElse(null);
    KeyPair key;
    try {
      key = KeyPair.load(new JSch(), text, null);
    } catch (JSchException | RuntimeException e) {
      throw new IOException(name + " is not a private key that can be read", e);
    }
    try {
      if (key.isEncrypted() && !key.decrypt(given)) {
        throw new IOException(
            name
                + (given == null
                    ? " has a passphrase: set forwarding.keyPassword"
                    : " has another passphrase than forwarding.keyPassword"));
      }
    } finally {
      key.dispose();
    }
    return new PrivateKey(name, text, given == null ? new byte[0] : given);
  }

  void addTo(JSch ssh) throws JSchException {
    // Both are wiped by the library when it is done.
    ssh.addIdentity(name, text.clone(), null, password.length == 0 ? null : password.clone());
  }

  @Override
  public String toString() {
    return name;
  }
}
