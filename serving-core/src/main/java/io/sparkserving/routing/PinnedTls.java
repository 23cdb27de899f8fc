package io.sparkserving.routing;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.io.ssl.SslClientConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS towards other JVMs' channels. The tag of a request is the fingerprint of the one certificate
 * that its receiver may show; names and issuers do not count.
 */
final class PinnedTls extends SslContextFactory.Client
    implements SslClientConnectionFactory.SslEngineFactory {

  @Override
  public SSLEngine newSslEngine(String host, int port, Map<String, Object> context) {
    Destination destination =
        (Destination) Objects.requireNonNull(context.get(Destination.CONTEXT_KEY));
    String fingerprint = String.valueOf(destination.getOrigin().getTag());
    try {
      SSLContext tls = SSLContext.getInstance("TLSv1.3");
      tls.init(null, new TrustManager[] {new OneCertificate(fingerprint)}, null);
      SSLEngine engine = tls.createSSLEngine(host, port);
      engine.setEnabledProtocols(new String[] {"TLSv1.3"});
      return engine;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot use TLS on the internal channel", e);
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
