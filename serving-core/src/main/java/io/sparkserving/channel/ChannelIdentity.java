package io.sparkserving.channel;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import java.util.Objects;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Identity by which other JVMs know one internal channel, or the servers of a JVM: a key pair that
 * is made when first needed and never leaves its JVM, and the certificate of that key.
 */
public final class ChannelIdentity {
  private static final String ALIAS = "channel";

  private final KeyStore keys;
  private final Certificate certificate;

  private ChannelIdentity(KeyStore keys, Certificate certificate) {
    this.keys = keys;
    this.certificate = certificate;
  }

  /** Makes a new identity. */
  public static ChannelIdentity create() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      Certificate certificate = SelfSignedCertificate.of(pair, "spark-serving-internal");
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(ALIAS, pair.getPrivate(), new char[0], new Certificate[] {certificate});
      return new ChannelIdentity(keys, certificate);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(
          "Cannot make a key for the internal channel: " + e.getMessage(), e);
    }
  }

  private static final class OfServers {
    private static final ChannelIdentity IDENTITY = create();
  }

  /** The identity of this JVM's servers towards gateways, made by the first call, on any thread. */
  public static ChannelIdentity ofServers() {
    return OfServers.IDENTITY;
  }

  /** The key, which only what speaks TLS in this JVM may have. */
  public PrivateKey key() {
    try {
      return (PrivateKey) Objects.requireNonNull(keys.getKey(ALIAS, new char[0]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The certificate that others are shown. */
  public X509Certificate certificate() {
    return (X509Certificate) certificate;
  }

  /** The {@linkplain #fingerprint(Certificate) fingerprint} that others are to expect. */
  public String fingerprint() {
    try {
      return fingerprint(certificate);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SHA-256 of a certificate, in hexadecimal digits. */
  public static String fingerprint(Certificate certificate) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    return HexFormat.of().formatHex(digest);
  }

  /** TLS of the channel's server: 1.3 and nothing else, as both ends are this library. */
  public SslContextFactory.Server serverTls() {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(keys);
    tls.setKeyStorePassword("");
    tls.setKeyManagerPassword("");
    tls.setIncludeProtocols("TLSv1.3");
    return tls;
  }
}
