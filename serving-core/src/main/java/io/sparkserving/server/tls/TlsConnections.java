package io.sparkserving.server.tls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.options.ClientCertificates;
import io.sparkserving.options.TlsConfiguration;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins every connection with TLS, by what the files held at most a second before: the connection
 * that comes first after that has them read again. Files that are gone or broken change nothing, as
 * certificate and key are written one after the other. Connections that are there go on as they
 * began.
 */
public final class TlsConnections extends SslConnectionFactory {
  private static final Logger LOG = LoggerFactory.getLogger(TlsConnections.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  /** Such as every browser and library of the last ten years has. All have forward secrecy. */
  private static final String[] CIPHERS = {
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_128_GCM|AES_256_GCM|CHACHA20_POLY1305)_SHA(256|384)"
  };

  /** With an answer to gateways too. */
  private static final class Context extends SslContextFactory.Server {
    @Override
    protected KeyManager[] getKeyManagers(KeyStore keys) throws Exception {
      KeyManager[] managers = super.getKeyManagers(keys);
      for (int i = 0; i < managers.length; i++) {
        if (managers[i] instanceof X509ExtendedKeyManager service) {
          managers[i] = new GatewayKeys(service);
        }
      }
      return managers;
    }
  }

  private final TlsConfiguration tls;
  private final SslContextFactory.Server context;
  private final NanoClock clock;
  private volatile long lastRead;

  @GuardedBy("this")
  private List<byte[]> files;

  @GuardedBy("this")
  private String failure = "";

  private TlsConnections(
      TlsConfiguration tls,
      SslContextFactory.Server context,
      List<byte[]> files,
      String next,
      NanoClock clock) {
    super(context, next);
    this.tls = tls;
    this.context = context;
    this.files = files;
    this.clock = clock;
    this.lastRead = clock.nanoTime();
  }

  /**
   * Reads the files.
   *
   * @param next what is spoken inside TLS, or chooses that
   * @throws IllegalArgumentException if the files are not what the options say
   */
  public static TlsConnections of(TlsConfiguration tls, String next, NanoClock clock) {
    List<byte[]> files = KeyMaterial.readFiles(tls);
    SslContextFactory.Server context = new Context();
    use(KeyMaterial.of(tls, files), context);
    context.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    context.setIncludeCipherSuites(CIPHERS);
    context.setRenegotiationAllowed(false);
    context.setNeedClientAuth(tls.clientCertificates() == ClientCertificates.REQUIRED);
    context.setWantClientAuth(tls.clientCertificates() == ClientCertificates.OPTIONAL);
    return new TlsConnections(tls, context, files, next, clock);
  }

  private static void use(KeyMaterial material, SslContextFactory context) {
    context.setKeyStore(material.keys());
    context.setKeyStorePassword(material.password().reveal());
    context.setKeyManagerPassword(material.password().reveal());
    context.setTrustStore(material.trusted());
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    if (clock.nanoTime() - lastRead > FRESH_NANOS) {
      readAgain();
    }
    return super.newConnection(connector, endPoint);
  }

  private synchronized void readAgain() {
    if (clock.nanoTime() - lastRead <= FRESH_NANOS) {
      return;
    }
    try {
      List<byte[]> now = KeyMaterial.readFiles(tls);
      if (!KeyMaterial.areEqual(now, files)) {
        KeyMaterial material = KeyMaterial.of(tls, now);
        context.reload(changed -> use(material, changed));
        files = now;
        LOG.info("New connections get the TLS certificates and keys that are in the files now");
      }
      failure = "";
    } catch (Exception e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(failure)) {
        LOG.warn("Cannot take TLS certificates and keys, the former ones go on: {}", reason);
      }
      failure = reason;
    }
    lastRead = clock.nanoTime();
  }
}
