package io.sparkserving.server.tls;

import io.sparkserving.channel.ChannelIdentity;
import io.sparkserving.channel.PinnedTls;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a public port: for who asks for {@link PinnedTls#SERVER_NAME}, as a gateway does, the
 * identity of this JVM and no other; for all others those of the service and no other.
 */
final class GatewayKeys extends X509ExtendedKeyManager {
  private static final String ALIAS = "spark-serving-gateway";

  private final X509ExtendedKeyManager service;
  private final ChannelIdentity identity = ChannelIdentity.ofServers();

  GatewayKeys(X509ExtendedKeyManager service) {
    this.service = service;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    if (isGateway(engine)) {
      return keyType.equals(identity.certificate().getPublicKey().getAlgorithm()) ? ALIAS : null;
    }
    return service.chooseEngineServerAlias(keyType, issuers, engine);
  }

  private static boolean isGateway(SSLEngine engine) {
    return engine.getHandshakeSession() instanceof ExtendedSSLSession session
        && session.getRequestedServerNames().stream()
            .filter(name -> name.getType() == StandardConstants.SNI_HOST_NAME)
            .map(name -> new SNIHostName(name.getEncoded()).getAsciiName())
            .anyMatch(PinnedTls.SERVER_NAME::equalsIgnoreCase);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return alias.equals(ALIAS)
        ? new X509Certificate[] {identity.certificate()}
        : service.getCertificateChain(alias);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return alias.equals(ALIAS) ? identity.key() : service.getPrivateKey(alias);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return service.getServerAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return service.chooseServerAlias(keyType, issuers, socket);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return service.getClientAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return service.chooseClientAlias(keyTypes, issuers, socket);
  }
}
