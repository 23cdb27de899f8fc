package io.sparkserving.operations.balancing;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("everything")
class HaproxyBalancingTest extends BalancingContract {
  HaproxyBalancingTest() {
    super(LoadBalancer.HAPROXY, "haproxy", "apt-get install -y haproxy");
  }

  @Override
  List<String> command(Path executable, Path folder, Path configuration) {
    return List.of(executable.toString(), "-db", "-f", configuration.toString());
  }
}
