package io.sparkserving.channel;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.io.ssl.SslClientConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS towards other JVMs' channels and servers. The tag of a request is the fingerprint of the one
 * certificate that its receiver may show; names and issuers do not count.
 */
public final class PinnedTls extends SslContextFactory.Client
    implements SslClientConnectionFactory.SslEngineFactory {
  /**
   * The server name by which a gateway gets the {@link ChannelIdentity#ofServers} of a server's JVM
   * instead of the certificate that clients get.
   */
  public static final String SERVER_NAME = "gateway.spark-serving.internal";

  private final SSLParameters parameters;

  private PinnedTls(SSLParameters parameters) {
    this.parameters = parameters;
    setRenegotiationAllowed(false);
  }

  /** TLS to internal channels. */
  public static PinnedTls toChannels() {
    return new PinnedTls(new SSLParameters(null, new String[] {"TLSv1.3"}));
  }

  /**
   * TLS to servers' public ports, of version 1.2, in which a server has nothing to say between the
   * handshake and its answer but that it closes; 1.3 has session tickets there.
   */
  public static PinnedTls toServers() {
    SSLParameters parameters =
        new SSLParameters(
            new String[] {
              "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
            },
            new String[] {"TLSv1.2"});
    parameters.setServerNames(List.of(new SNIHostName(SERVER_NAME)));
    return new PinnedTls(parameters);
  }

  @Override
  public SSLEngine newSslEngine(String host, int port, Map<String, Object> context) {
    Destination destination =
        (Destination) Objects.requireNonNull(context.get(Destination.CONTEXT_KEY));
    String fingerprint = String.valueOf(destination.getOrigin().getTag());
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, new TrustManager[] {new OneCertificate(fingerprint)}, null);
      SSLEngine engine = tls.createSSLEngine(host, port);
      engine.setSSLParameters(parameters);
      return engine;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot use TLS with another JVM", e);
    }
  }

  /** Of the extended kind, as the JDK adds checks of its own to any other. */
  private static final class OneCertificate extends X509ExtendedTrustManager {

    private final String fingerprint;

    private OneCertificate(String fingerprint) {
      this.fingerprint = fingerprint;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      try {
        if (!ChannelIdentity.fingerprint(chain[0]).equals(fingerprint)) {
          throw new CertificateException("The certificate is not that of the JVM that is meant");
        }
      } catch (CertificateException e) {
        throw e;
      } catch (GeneralSecurityException e) {
        throw new CertificateException(e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
