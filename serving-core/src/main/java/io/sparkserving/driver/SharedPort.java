package io.sparkserving.driver;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
import java.util.Collection;

/** Checks that services at one port agree on what the port can have only once. */
final class SharedPort {

  private SharedPort() {}

  /**
   * Checks the options of a service against the services that run.
   *
   * @throws IllegalArgumentException if a service runs at the port with other options for TLS or
   *     HTTP/2
   */
  static void check(ServiceConfiguration wanted, Collection<RunningService> running) {
    for (RunningService other : running) {
      ServiceConfiguration there = other.configuration();
      boolean differs =
          !there.name().equals(wanted.name())
              && !there.operations().transport().equals(wanted.operations().transport());
      if (differs && other.servers().stream().anyMatch(server -> isAt(server, wanted))) {
        throw new IllegalArgumentException(
            "Invalid options of service '%s': service '%s' is at %s:%d with other tls options or"
                    .formatted(wanted.name(), there.name(), wanted.host(), wanted.port())
                + " another http2. Set the same, or choose another port.");
      }
    }
  }

  private static boolean isAt(ServerInfo server, ServiceConfiguration wanted) {
    return server.host().equals(wanted.host()) && server.port() == wanted.port();
  }
}
