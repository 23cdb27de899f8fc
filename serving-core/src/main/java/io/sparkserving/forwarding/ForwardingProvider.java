package io.sparkserving.forwarding;

import io.sparkserving.options.ForwardingConfiguration;
import io.sparkserving.options.ServiceConfiguration;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** Makes servers reachable through another machine; found as a Java service. */
public interface ForwardingProvider {
  /**
   * Begins to forward a server, without waiting for the gateway. A connection that is lost later is
   * made again until the forward is closed.
   *
   * @param service name of the service, for messages
   * @param localPort port of the server
   * @param onChange told of the address whenever it changes; called on a thread of the provider's,
   *     and must not wait
   */
  RunningForward start(
      ForwardingConfiguration configuration,
      String service,
      int localPort,
      Consumer<Optional<String>> onChange);

  /**
   * Begins to forward a server, if the options of its service ask for that.
   *
   * @throws IllegalStateException if no provider is on the class path
   */
  static Optional<RunningForward> startFor(
      ServiceConfiguration service, int localPort, Consumer<Optional<String>> onChange) {
    return service
        .forwarding()
        .map(asked -> find().start(asked, service.name(), localPort, onChange));
  }

  private static ForwardingProvider find() {
    return ServiceLoader.load(ForwardingProvider.class, ForwardingProvider.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Unsupported option forwarding.enabled: add serving-forwarding, or the bundle,"
                        + " to the class path."));
  }
}
