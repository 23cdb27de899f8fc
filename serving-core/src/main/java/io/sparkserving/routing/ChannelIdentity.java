package io.sparkserving.routing;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * By what others know one internal channel: a key pair that is made when the channel starts and
 * never leaves its JVM, and the certificate of it.
 */
final class ChannelIdentity {

  private final KeyStore keys;
  private final Certificate certificate;

  private ChannelIdentity(KeyStore keys, Certificate certificate) {
    this.keys = keys;
    this.certificate = certificate;
  }

  /** A new one. */
  static ChannelIdentity create() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      Certificate certificate = SelfSignedCertificate.of(pair, "spark-serving-internal");
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry("channel", pair.getPrivate(), new char[0], new Certificate[] {certificate});
      return new ChannelIdentity(keys, certificate);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(
          "Cannot make a key for the internal channel: " + e.getMessage(), e);
    }
  }

  /** What others are to expect, see {@link #fingerprint(Certificate)}. */
  String fingerprint() {
    try {
      return fingerprint(certificate);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SHA-256 of a certificate, in hexadecimal digits. */
  static String fingerprint(Certificate certificate) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    return HexFormat.of().formatHex(digest);
  }

  /** How the channel's server speaks TLS: 1.3 and nothing else, as both ends are this library. */
  SslContextFactory.Server serverTls() {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(keys);
    tls.setKeyStorePassword("");
    tls.setKeyManagerPassword("");
    tls.setIncludeProtocols("TLSv1.3");
    return tls;
  }
}
