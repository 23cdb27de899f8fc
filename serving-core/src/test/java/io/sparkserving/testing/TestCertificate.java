package io.sparkserving.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A certificate for {@code localhost} that is its own issuer, made by the JDK's keytool, with files
 * in the forms that services take.
 *
 * @param keyStore of the form PKCS#12, with {@link #PASSWORD}
 * @param certificateFile PEM
 * @param keyFile PEM
 */
public record TestCertificate(Path keyStore, Path certificateFile, Path keyFile) {
  public static final String PASSWORD = "open sesame";

  private static final String ALIAS = "own";

  /** A new one; its files are in that folder and begin with that name. */
  public static TestCertificate make(Path folder, String name) throws Exception {
    return make(folder, name, "EC");
  }

  /** A new one with a key of that algorithm. */
  public static TestCertificate make(Path folder, String name, String algorithm) throws Exception {
    Path store = folder.resolve(name + ".p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", ALIAS, "-keyalg", algorithm));
    command.addAll(List.of("-dname", "CN=" + name, "-ext", "san=dns:localhost", "-validity", "2"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed: " + Files.readString(folder.resolve(name + ".log")));
    }
    TestCertificate made =
        new TestCertificate(store, folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    Key key = made.load().getKey(ALIAS, PASSWORD.toCharArray());
    Files.writeString(made.certificateFile, pem("CERTIFICATE", made.certificate().getEncoded()));
    Files.writeString(made.keyFile, pem("PRIVATE KEY", key.getEncoded()));
    return made;
  }

  private static String pem(String kind, byte[] bytes) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, base64, kind);
  }

  /** Reader options of a service that has it. */
  public Map<String, String> options() {
    return Map.of("tls.certificate", certificateFile.toString(), "tls.key", keyFile.toString());
  }

  /** The certificate itself. */
  public Certificate certificate() throws GeneralSecurityException, IOException {
    return load().getCertificate(ALIAS);
  }

  private KeyStore load() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream bytes = Files.newInputStream(keyStore)) {
      store.load(bytes, PASSWORD.toCharArray());
    }
    return store;
  }

  /** A client that trusts this one and the others, and shows none of its own. */
  public SSLContext client(TestCertificate... others) throws Exception {
    return context(null, others);
  }

  /** A client that trusts this one, and shows its own. */
  public SSLContext clientWith(TestCertificate own) throws Exception {
    return context(own);
  }

  private SSLContext context(@Nullable TestCertificate own, TestCertificate... others)
      throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("this", certificate());
    for (int i = 0; i < others.length; i++) {
      trusted.setCertificateEntry("other-" + i, others[i].certificate());
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManager[] keys = new KeyManager[0];
    if (own != null) {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(own.load(), PASSWORD.toCharArray());
      keys = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    return context;
  }
}
