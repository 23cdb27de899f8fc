package io.sparkserving.options;

import java.util.List;

/**
 * The options of {@code readStream} for the protocols of a service's port, and between Spark's
 * JVMs, each defined once.
 */
final class TransportOptions {
  static final ServingOption<String> TLS_CERTIFICATE =
      new ServingOption<>(
          "tls.certificate",
          "string",
          null,
          "a PEM file on the machine of each server",
          "Certificate of the service, followed by those that lead to its issuer. With it, or"
              + " tls.keyStore, the port speaks TLS 1.2 and 1.3 and nothing else. The file is read"
              + " again while the service runs.",
          OptionParsers.text(".+"));

  static final ServingOption<String> TLS_KEY =
      new ServingOption<>(
          "tls.key",
          "string",
          null,
          "a PEM file on the machine of each server",
          "Private key of tls.certificate, in PKCS#8 without a password.",
          OptionParsers.text(".+"));

  static final ServingOption<String> TLS_KEY_STORE =
      new ServingOption<>(
          "tls.keyStore",
          "string",
          null,
          "a PKCS#12 or JKS file on the machine of each server",
          "Certificate and private key, in place of tls.certificate and tls.key. The file is read"
              + " again while the service runs.",
          OptionParsers.text(".+"));

  static final ServingOption<HiddenText> TLS_KEY_STORE_PASSWORD =
      new ServingOption<>(
          "tls.keyStorePassword",
          ServingOption.SECRET,
          null,
          "a text that is not empty",
          "Password of tls.keyStore and of the key in it.",
          OptionParsers.secret(".+"));

  static final ServingOption<ClientCertificates> TLS_CLIENT_AUTH =
      new ServingOption<>(
          "tls.clientAuth",
          "string",
          "none",
          "none, optional or required",
          "Whether callers show a certificate of their own, whose issuer is in"
              + " tls.trustCertificates.",
          ClientCertificates::parse);

  static final ServingOption<String> TLS_TRUST_CERTIFICATES =
      new ServingOption<>(
          "tls.trustCertificates",
          "string",
          null,
          "a PEM file on the machine of each server",
          "Certificates of those who issue callers' certificates. The file is read again while the"
              + " service runs.",
          OptionParsers.text(".+"));

  static final ServingOption<Boolean> HTTP2 =
      new ServingOption<>(
          "http2",
          "boolean",
          null,
          "true or false",
          "Whether the port speaks HTTP/2 besides HTTP/1.1: with TLS as the two sides agree (ALPN),"
              + " without to clients that begin with it (h2c). Default: with TLS only.",
          OptionParsers.truth());

  static final ServingOption<Boolean> INTERNAL_TLS =
      new ServingOption<>(
          "internal.tls",
          "boolean",
          "false",
          "true or false",
          "Whether Spark's JVMs speak TLS with each other when they pass replies on and tell of"
              + " requests. Needs no files: each JVM makes itself a key, which the others are told.",
          OptionParsers.truth());

  static final List<ServingOption<?>> ALL =
      List.of(
          TLS_CERTIFICATE,
          TLS_KEY,
          TLS_KEY_STORE,
          TLS_KEY_STORE_PASSWORD,
          TLS_CLIENT_AUTH,
          TLS_TRUST_CERTIFICATES,
          HTTP2,
          INTERNAL_TLS);

  private TransportOptions() {}
}
