package io.sparkserving.options;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How each server of a service is to be made reachable at a port of a gateway.
 *
 * @param username whom to log in as
 * @param sshHost the gateway
 * @param sshPort of its SSH server
 * @param bindAddress for the gateway to listen on; {@code *} for all
 * @param remotePortStart the first port that is tried there; empty for that of the server
 * @param maxRetries how many further ones are tried
 * @param keyDir folder with private keys, where there is no keySas; may begin with {@code ~}
 * @param keySas URL of the private key
 * @param keyPassword passphrase of private keys that have one
 * @param timeout within which a connection has to be made
 * @param keepAlive after how long a silent gateway is asked whether it lives
 * @param localHost where the server is
 * @param knownHosts a file, or its lines
 * @param hostKeyChecking which host keys are believed
 */
public record ForwardingConfiguration(
    String username,
    String sshHost,
    int sshPort,
    String bindAddress,
    OptionalInt remotePortStart,
    int maxRetries,
    String keyDir,
    Optional<HiddenText> keySas,
    Optional<HiddenText> keyPassword,
    Duration timeout,
    Duration keepAlive,
    String localHost,
    Optional<String> knownHosts,
    HostKeyChecking hostKeyChecking) {

  /** Parses reader options; empty if they do not ask for it. */
  static Optional<ForwardingConfiguration> parse(String host, Map<String, String> options) {
    // What is not in use is checked all the same.
    ForwardingOptions.ALL.forEach(option -> option.read(options));
    if (!ForwardingOptions.ENABLED.readOrDefault(options)) {
      return Optional.empty();
    }
    Integer remotePortStart = ForwardingOptions.REMOTE_PORT_START.read(options);
    Optional<String> knownHosts = optional(ForwardingOptions.KNOWN_HOSTS, options);
    return Optional.of(
        new ForwardingConfiguration(
            required(ForwardingOptions.USERNAME, options),
            required(ForwardingOptions.SSH_HOST, options),
            ForwardingOptions.SSH_PORT.readOrDefault(options),
            ForwardingOptions.BIND_ADDRESS.readOrDefault(options),
            remotePortStart == null ? OptionalInt.empty() : OptionalInt.of(remotePortStart),
            ForwardingOptions.MAX_RETRIES.readOrDefault(options),
            ForwardingOptions.KEY_DIR.readOrDefault(options),
            optional(ForwardingOptions.KEY_SAS, options),
            optional(ForwardingOptions.KEY_PASSWORD, options),
            ForwardingOptions.TIMEOUT.readOrDefault(options),
            ForwardingOptions.KEEP_ALIVE.readOrDefault(options),
            optional(ForwardingOptions.LOCAL_HOST, options).orElse(reachable(host)),
            knownHosts,
            optional(ForwardingOptions.HOST_KEY_CHECKING, options)
                .orElse(
                    knownHosts.isPresent() ? HostKeyChecking.STRICT : HostKeyChecking.ACCEPT_NEW)));
  }

  private static String reachable(String host) {
    return Hosts.isAny(host) ? "localhost" : host;
  }

  private static String required(ServingOption<String> option, Map<String, String> options) {
    return optional(option, options)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Missing option '%s', which forwarding.enabled needs: expected %s."
                        .formatted(option.name(), option.allowed())));
  }

  private static <T> Optional<T> optional(ServingOption<T> option, Map<String, String> options) {
    return Optional.ofNullable(option.read(options));
  }

  /** The gateway, for messages. */
  public String gateway() {
    return "%s@%s:%d".formatted(username, sshHost, sshPort);
  }
}
