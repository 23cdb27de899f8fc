package io.sparkserving.server.tls;

import io.sparkserving.options.HiddenText;
import io.sparkserving.options.TlsConfiguration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a TLS configuration held at one time, checked: there is a key, and it is the
 * certificate's.
 *
 * @param keys certificate and key
 * @param password of the key
 * @param trusted issuers of clients' certificates, or null where clients show none
 */
record KeyMaterial(KeyStore keys, HiddenText password, @Nullable KeyStore trusted) {
  private static final String ALIAS = "service";

  /** Reads the files, in the order of the configuration; a file that is not set has no bytes. */
  static List<byte[]> readFiles(TlsConfiguration tls) {
    return List.of(
        read("tls.certificate", tls.certificate()),
        read("tls.key", tls.key()),
        read("tls.keyStore", tls.keyStore()),
        read("tls.trustCertificates", tls.trustCertificates()));
  }

  private static byte[] read(String option, Optional<String> file) {
    if (file.isEmpty()) {
      return new byte[0];
    }
    try {
      return Files.readAllBytes(Path.of(file.get()));
    } catch (IOException e) {
      throw invalid(option, file.get(), "it cannot be read: " + e, e);
    }
  }

  /**
   * Makes key stores of the files.
   *
   * @param files as {@link #readFiles} gave them
   * @throws IllegalArgumentException if the files are not what the options say; names the option
   */
  static KeyMaterial of(TlsConfiguration tls, List<byte[]> files) {
    HiddenText password = tls.keyStorePassword().orElse(new HiddenText(""));
    KeyStore keys =
        tls.keyStore().isPresent()
            ? keyStore(tls.keyStore().get(), files.get(2), password.reveal().toCharArray())
            : keys(tls, files.get(0), files.get(1));
    KeyStore trusted =
        tls.trustCertificates().map(file -> trusted(file, files.get(3))).orElse(null);
    return new KeyMaterial(keys, password, trusted);
  }

  private static KeyStore keys(TlsConfiguration tls, byte[] certificateFile, byte[] keyFile) {
    String certificateName = tls.certificate().orElseThrow();
    String keyName = tls.key().orElseThrow();
    List<X509Certificate> chain;
    try {
      chain = PemFile.certificates(certificateFile);
    } catch (GeneralSecurityException e) {
      throw invalid("tls.certificate", certificateName, reason(e), e);
    }
    try {
      PublicKey publicKey = chain.get(0).getPublicKey();
      PrivateKey key = PemFile.privateKey(keyFile, publicKey.getAlgorithm());
      requirePair(key, publicKey);
      KeyStore keys = empty();
      keys.setKeyEntry(ALIAS, key, new char[0], chain.toArray(new Certificate[0]));
      return keys;
    } catch (GeneralSecurityException e) {
      throw invalid("tls.key", keyName, reason(e), e);
    }
  }

  private static void requirePair(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm();
        };
    byte[] text = new byte[32];
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(text);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("it is not the key of tls.certificate");
    }
  }

  private static KeyStore keyStore(String file, byte[] bytes, char[] password) {
    try {
      // Java reads both kinds by this name.
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(new ByteArrayInputStream(bytes), password);
      for (String alias : Collections.list(keys.aliases())) {
        if (keys.isKeyEntry(alias)) {
          keys.getKey(alias, password);
          return keys;
        }
      }
      throw new GeneralSecurityException("there is no key in it");
    } catch (GeneralSecurityException | IOException e) {
      throw invalid("tls.keyStore", file, reason(e), e);
    }
  }

  private static KeyStore trusted(String file, byte[] bytes) {
    try {
      KeyStore trusted = empty();
      for (X509Certificate certificate : PemFile.certificates(bytes)) {
        trusted.setCertificateEntry("issuer-" + trusted.size(), certificate);
      }
      return trusted;
    } catch (GeneralSecurityException e) {
      throw invalid("tls.trustCertificates", file, reason(e), e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    return store;
  }

  static boolean areEqual(List<byte[]> files, List<byte[]> others) {
    return Arrays.deepEquals(files.toArray(), others.toArray());
  }

  private static String reason(Exception e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  private static IllegalArgumentException invalid(
      String option, String file, String reason, Exception cause) {
    return new IllegalArgumentException(
        "Invalid value '%s' for option '%s': %s.".formatted(file, option, reason), cause);
  }
}
