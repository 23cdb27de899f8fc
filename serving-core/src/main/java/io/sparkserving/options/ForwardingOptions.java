package io.sparkserving.options;

import java.time.Duration;
import java.util.List;

/** The options of {@code readStream} that are about forwarding, each defined once. */
final class ForwardingOptions {
  static final ServingOption<Boolean> ENABLED =
      new ServingOption<>(
          "forwarding.enabled",
          "boolean",
          "false",
          "true or false",
          "Makes each server of the service reachable at a port of another machine, the gateway, to"
              + " which it connects by SSH.",
          OptionParsers.truth());

  static final ServingOption<String> USERNAME =
      new ServingOption<>(
          "forwarding.username",
          "string",
          null,
          "a user of the gateway",
          "User of the gateway to log in as.",
          OptionParsers.text("\\S+"));

  static final ServingOption<String> SSH_HOST =
      new ServingOption<>(
          "forwarding.sshHost",
          "string",
          null,
          "a host name or address",
          "Host of the gateway's SSH server.",
          OptionParsers.text("\\S+"));

  static final ServingOption<Integer> SSH_PORT =
      new ServingOption<>(
          "forwarding.sshPort",
          "int",
          "22",
          "a whole number from 1 to 65535",
          "Port of the gateway's SSH server.",
          OptionParsers.integer(1, 65535));

  static final ServingOption<String> BIND_ADDRESS =
      new ServingOption<>(
          "forwarding.bindAddress",
          "string",
          "*",
          "a host name or address of the gateway, or * for all its addresses",
          "Address for the gateway to listen on. Its sshd has the last word, by GatewayPorts.",
          OptionParsers.text("\\S+"));

  static final ServingOption<Integer> REMOTE_PORT_START =
      new ServingOption<>(
          "forwarding.remotePortStart",
          "int",
          null,
          "a whole number from 1 to 65535",
          "Port for the gateway to listen on, or if it is taken the next one that is free. Default:"
              + " the port that the server itself listens on.",
          OptionParsers.integer(1, 65535));

  static final ServingOption<Integer> MAX_RETRIES =
      new ServingOption<>(
          "forwarding.maxRetries",
          "int",
          "50",
          "a whole number from 0 to 10000",
          "How many further ports of the gateway are tried.",
          OptionParsers.integer(0, 10_000));

  static final ServingOption<String> KEY_DIR =
      new ServingOption<>(
          "forwarding.keyDir",
          "string",
          "~/.ssh",
          "a folder on each machine that has a server",
          "Where private keys are. Every one that can be used is offered to the gateway.",
          OptionParsers.text(".+"));

  static final ServingOption<HiddenText> KEY_SAS =
      new ServingOption<>(
          "forwarding.keySas",
          ServingOption.SECRET,
          null,
          "the URL of a blob with a SAS token, as in"
              + " https://account.blob.core.windows.net/container/blob?…&sig=…",
          "Where to download the private key from, instead of forwarding.keyDir. It is held in"
              + " memory only.",
          OptionParsers.secret("https?://[^\\s/?#]+/[^\\s?#]+\\?([^\\s#]*&)?sig=[^\\s#]+"));

  static final ServingOption<HiddenText> KEY_PASSWORD =
      new ServingOption<>(
          "forwarding.keyPassword",
          ServingOption.SECRET,
          null,
          "a text that is not empty",
          "The passphrase of private keys that have one.",
          OptionParsers.secret(".+"));

  static final ServingOption<Duration> TIMEOUT =
      new ServingOption<>(
          "forwarding.timeout",
          "duration",
          "20s",
          "a duration from 100ms to 10min, such as 500ms, 30s or 2min",
          "How long it may take to connect to the gateway, exchange keys, and log in.",
          OptionParsers.duration(Duration.ofMillis(100), Duration.ofMinutes(10)));

  static final ServingOption<Duration> KEEP_ALIVE =
      new ServingOption<>(
          "forwarding.keepAlive",
          "duration",
          "15s",
          "a duration from 100ms to 1h, such as 500ms, 30s or 2min",
          "How often a silent gateway is asked whether it is there. After three questions without"
              + " an answer the connection counts as lost.",
          OptionParsers.duration(Duration.ofMillis(100), Duration.ofHours(1)));

  static final ServingOption<String> LOCAL_HOST =
      new ServingOption<>(
          "forwarding.localHost",
          "string",
          null,
          "a host name or address",
          "Where the gateway's connections are forwarded to. Default: host, or localhost where the"
              + " server listens on all addresses.",
          OptionParsers.text("\\S+"));

  static final ServingOption<String> KNOWN_HOSTS =
      new ServingOption<>(
          "forwarding.knownHosts",
          "string",
          null,
          "a file on each machine that has a server, or the lines of one",
          "The gateway's host keys, as in ~/.ssh/known_hosts.",
          OptionParsers.text("(?s).+"));

  static final ServingOption<HostKeyChecking> HOST_KEY_CHECKING =
      new ServingOption<>(
          "forwarding.hostKeyChecking",
          "string",
          null,
          "strict, acceptNew or off",
          "Which host keys of the gateway are believed: those of forwarding.knownHosts; else also"
              + " the first one that is met, until the server ends; or any. Default: strict where"
              + " forwarding.knownHosts is set, otherwise acceptNew.",
          HostKeyChecking::parse);

  static final List<ServingOption<?>> ALL =
      List.of(
          ENABLED,
          USERNAME,
          SSH_HOST,
          SSH_PORT,
          BIND_ADDRESS,
          REMOTE_PORT_START,
          MAX_RETRIES,
          KEY_DIR,
          KEY_SAS,
          KEY_PASSWORD,
          TIMEOUT,
          KEEP_ALIVE,
          LOCAL_HOST,
          KNOWN_HOSTS,
          HOST_KEY_CHECKING);

  private ForwardingOptions() {}
}
