package io.sparkserving.operations.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.BalancerProcess;
import io.sparkserving.testing.RawRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("everything")
class NginxBalancingTest extends BalancingContract {
  NginxBalancingTest() {
    super(LoadBalancer.NGINX, "nginx", "apt-get install -y nginx-light");
  }

  @Override
  List<String> command(Path executable, Path folder, Path configuration) {
    return List.of(
        executable.toString(),
        "-p",
        folder.toString(),
        "-e",
        "stderr",
        "-g",
        "daemon off; pid %s/nginx.pid;".formatted(folder),
        "-c",
        configuration.toString());
  }

  /** nginx cannot be told otherwise; the configuration and the documentation say so. */
  @Test
  void aGetIsSentToAnotherServerWhenItsConnectionBreaks() throws Exception {
    try (BreakingServer one = new BreakingServer();
        BreakingServer two = new BreakingServer();
        BalancerProcess process = start(List.of(one.info(), two.info()))) {
      assertThat(process.call(RawRequest.get("/api")).status()).isEqualTo(502);
      assertThat(one.requests()).isEqualTo(1);
      assertThat(two.requests()).isEqualTo(1);
    }
  }
}
