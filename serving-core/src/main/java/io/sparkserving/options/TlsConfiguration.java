package io.sparkserving.options;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a port, whose certificate and key are in files of their own, or in a key store. All
 * files are on the machine of each server.
 *
 * @param certificate PEM file of the certificate; empty where there is a key store
 * @param key PEM file of the private key; empty where there is a key store
 * @param keyStore PKCS#12 or JKS file; empty where there are a certificate and a key
 * @param keyStorePassword password of the key store; empty where there is none
 * @param clientCertificates whether callers show certificates
 * @param trustCertificates PEM file of the issuers of callers' certificates; empty where callers
 *     show none
 */
public record TlsConfiguration(
    Optional<String> certificate,
    Optional<String> key,
    Optional<String> keyStore,
    Optional<HiddenText> keyStorePassword,
    ClientCertificates clientCertificates,
    Optional<String> trustCertificates) {

  /**
   * Parses reader options; the result is empty if none of them asks for TLS.
   *
   * @throws IllegalArgumentException for options that do not go together
   */
  static Optional<TlsConfiguration> parse(Map<String, String> options) {
    TlsConfiguration asked =
        new TlsConfiguration(
            Optional.ofNullable(TransportOptions.TLS_CERTIFICATE.read(options)),
            Optional.ofNullable(TransportOptions.TLS_KEY.read(options)),
            Optional.ofNullable(TransportOptions.TLS_KEY_STORE.read(options)),
            Optional.ofNullable(TransportOptions.TLS_KEY_STORE_PASSWORD.read(options)),
            TransportOptions.TLS_CLIENT_AUTH.readOrDefault(options),
            Optional.ofNullable(TransportOptions.TLS_TRUST_CERTIFICATES.read(options)));
    String problem = asked.findProblem();
    if (problem != null) {
      throw new IllegalArgumentException("Invalid options for TLS: " + problem);
    }
    return asked.certificate.isEmpty() && asked.keyStore.isEmpty()
        ? Optional.empty()
        : Optional.of(asked);
  }

  private @Nullable String findProblem() {
    if (certificate.isPresent() && keyStore.isPresent()) {
      return "tls.certificate and tls.keyStore are both set. Set one of them.";
    }
    if (certificate.isPresent() != key.isPresent()) {
      return "set tls.certificate and tls.key together.";
    }
    if (keyStore.isPresent() != keyStorePassword.isPresent()) {
      return "set tls.keyStore and tls.keyStorePassword together.";
    }
    boolean asksClients = clientCertificates != ClientCertificates.NONE;
    if (asksClients && trustCertificates.isEmpty()) {
      return "tls.clientAuth needs tls.trustCertificates, the issuers of callers' certificates.";
    }
    if (!asksClients && trustCertificates.isPresent()) {
      return "tls.trustCertificates has no effect without tls.clientAuth. Set it to required or"
          + " optional.";
    }
    if (asksClients && certificate.isEmpty() && keyStore.isEmpty()) {
      return "tls.clientAuth needs a certificate of the service too. Set tls.certificate and"
          + " tls.key, or tls.keyStore.";
    }
    return null;
  }
}
