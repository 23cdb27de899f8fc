package io.sparkserving.options;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The way in which each server of a service is made reachable at a port of an SSH gateway: the
 * {@code forwarding.} options of a reader.
 *
 * @param username user of the gateway to log in as
 * @param sshHost host of the gateway's SSH server
 * @param sshPort port of the gateway's SSH server
 * @param bindAddress address for the gateway to listen on; {@code *} for all its addresses
 * @param remotePortStart the first port of the gateway that is tried; empty for the port that the
 *     server itself listens on
 * @param maxRetries how many further ports of the gateway are tried
 * @param keyDir folder with private keys on the server's machine, for use without {@code keySas};
 *     may begin with {@code ~}
 * @param keySas URL of the private key; empty for {@code keyDir}
 * @param keyPassword passphrase of private keys that have one
 * @param timeout how long it may take to connect, exchange keys and log in
 * @param keepAlive after how long a silent gateway is asked whether it lives
 * @param localHost host of the server, as seen from its own machine
 * @param knownHosts a file with the gateway's host keys, or its lines; empty where none are known
 * @param hostKeyChecking which host keys of the gateway are believed
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

  /**
   * Parses reader options; the result is empty if the options do not ask for forwarding.
   *
   * @param host the address that the server listens on
   * @throws IllegalArgumentException naming an option that is missing or badly set
   */
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

  /** The gateway as {@code user@host:port}, for messages. */
  public String gateway() {
    return "%s@%s:%d".formatted(username, sshHost, sshPort);
  }
}
