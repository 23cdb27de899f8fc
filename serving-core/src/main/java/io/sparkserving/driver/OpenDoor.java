package io.sparkserving.driver;

import io.sparkserving.options.Hosts;
import io.sparkserving.options.ServiceConfiguration;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of services that whoever reaches the machine may call. */
final class OpenDoor {
  private static final Logger LOG = LoggerFactory.getLogger(OpenDoor.class);

  private OpenDoor() {}

  /** Logs a warning if the service listens to other machines and asks nobody for a token. */
  static void warnOf(ServiceConfiguration configuration) {
    if (configuration.operations().access().isPresent()) {
      return;
    }
    Stream.of(configuration.host(), configuration.gatewayHost())
        .filter(host -> !Hosts.isLoopback(host))
        .findFirst()
        .ifPresent(
            host ->
                LOG.warn(
                    "Service '{}' listens at {} and asks nobody for a token: whoever reaches it may"
                        + " call it. Set auth.tokens or auth.tokensFile, or host to localhost.",
                    configuration.name(),
                    host));
  }
}
