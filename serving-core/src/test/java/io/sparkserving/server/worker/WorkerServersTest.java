package io.sparkserving.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.ServiceConfiguration;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerServersTest {

  @Test
  void aServerThatCannotStartLeavesItsPortFree() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ServerSpec spec =
        ServerSpec.of(
            ServiceConfiguration.parse(
                Map.of(
                    "port",
                    Integer.toString(port),
                    "name",
                    "nobody",
                    "path",
                    "api",
                    "host",
                    "localhost")),
            new ServiceEndpoint("run", Secret.random(), null));

    assertThatThrownBy(() -> WorkerServers.get(spec, new LeaseKey(1, 1, 0)))
        .isInstanceOf(RuntimeException.class);

    assertThat(LocalServers.all())
        .noneMatch(server -> server.configuration().name().equals("nobody"));
    try (ServerSocket again = new ServerSocket()) {
      again.setReuseAddress(true);
      again.bind(new InetSocketAddress("localhost", port));
    }
  }
}
