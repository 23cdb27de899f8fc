package io.sparkserving.options;

import java.time.Duration;
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

  static final ServingOption<Integer> MAX_CONNECTIONS =
      new ServingOption<>(
          "maxConnections",
          "int",
          null,
          "a whole number from 1 to 10000000",
          "How many connections clients may have open at once, at all ports of a JVM together."
              + " Further ones are closed at once. Default: a third of the files that the process"
              + " may have open.",
          OptionParsers.integer(1, 10_000_000));

  static final ServingOption<Duration> IDLE_TIMEOUT =
      new ServingOption<>(
          "idleTimeout",
          "duration",
          "90s",
          "a duration from 1s to 24h, such as 90s or 11min",
          "How long a connection may wait for its next request before it is closed. Let a load"
              + " balancer close its connections sooner.",
          OptionParsers.duration(Duration.ofSeconds(1), Duration.ofHours(24)));

  static final ServingOption<Duration> RECEIVE_TIMEOUT =
      new ServingOption<>(
          "receiveTimeout",
          "duration",
          "30s",
          "a duration from 100ms to 1h, such as 10s",
          "How long the headers of a request, or a TLS handshake, may take before the connection is"
              + " closed. A body that takes longer is answered 408 if fewer than 500 bytes a second"
              + " have come.",
          OptionParsers.duration(Duration.ofMillis(100), Duration.ofHours(1)));

  static final ServingOption<Boolean> INTERNAL_TLS =
      new ServingOption<>(
          "internal.tls",
          "boolean",
          null,
          "true or false",
          "Whether Spark's JVMs speak TLS with each other when they pass replies on and tell of"
              + " requests. Needs no files: each JVM makes itself a key, which the others are told."
              + " Default: where Spark protects its own channels by spark.network.crypto.enabled,"
              + " spark.ssl.rpc.enabled or spark.authenticate.",
          OptionParsers.truth());

  static final ServingOption<PortRange> INTERNAL_PORT =
      new ServingOption<>(
          "internal.port",
          "string",
          "0",
          PortRange.ALLOWED,
          "Port at which each of Spark's JVMs listens for the others, for a network that lets only"
              + " some through: the first of the range that is free on the machine. The JVMs of one"
              + " machine need one each.",
          PortRange::parse);

  static final List<ServingOption<?>> ALL =
      List.of(
          TLS_CERTIFICATE,
          TLS_KEY,
          TLS_KEY_STORE,
          TLS_KEY_STORE_PASSWORD,
          TLS_CLIENT_AUTH,
          TLS_TRUST_CERTIFICATES,
          HTTP2,
          MAX_CONNECTIONS,
          IDLE_TIMEOUT,
          RECEIVE_TIMEOUT,
          INTERNAL_TLS,
          INTERNAL_PORT);

  private TransportOptions() {}
}
