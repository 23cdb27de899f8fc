package io.sparkserving.forwarding.ssh;

import io.sparkserving.forwarding.ForwardingProvider;
import io.sparkserving.forwarding.RunningForward;
import io.sparkserving.options.ForwardingConfiguration;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes servers reachable at a gateway, by remote forwarding of SSH. */
public final class SshForwardingProvider implements ForwardingProvider {
  @Override
  public RunningForward start(
      ForwardingConfiguration configuration,
      String service,
      int localPort,
      Consumer<Optional<String>> onChange) {
    return SshForward.start(configuration, service, localPort, onChange);
  }
}
