package io.sparkserving.forwarding.ssh;

import io.sparkserving.forwarding.RunningForward;
import io.sparkserving.options.ForwardingConfiguration;
import io.sparkserving.options.ServiceConfiguration;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Forwards without a service. */
final class Forwards {
  private Forwards() {}

  static ForwardingConfiguration configuration(Map<String, String> options) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(Map.of("port", "0", "path", "my_api"));
    all.putAll(options);
    return ServiceConfiguration.parse(all).forwarding().orElseThrow();
  }

  /** One that has started. */
  static RunningForward start(Map<String, String> options, int localPort) throws IOException {
    RunningForward forward =
        SshForward.start(configuration(options), "my_api", localPort, address -> {});
    try {
      forward.awaitStarted();
      return forward;
    } catch (IOException e) {
      forward.close();
      throw e;
    }
  }
}
