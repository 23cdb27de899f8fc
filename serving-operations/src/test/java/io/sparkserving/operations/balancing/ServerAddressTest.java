package io.sparkserving.operations.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.server.ServerInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerAddressTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 10.0.0.7, 10.0.0.7:8888",
    "0.0.0.0, worker-7, worker-7:8888",
    "0.0.0.0, [2001:db8::7], [2001:db8::7]:8888",
    "::, 2001:db8::7, [2001:db8::7]:8888",
    "10.1.1.1, worker-7, 10.1.1.1:8888",
    "localhost, worker-7, 127.0.0.1:8888"
  })
  void aServerIsWhereItListensOrItsMachineIs(String host, String machine, String expected) {
    ServerInfo server = BalancedServices.server(host, 8888, machine);
    assertThat(ServerAddress.of(server)).hasToString(expected);
    assertThat(ServerAddress.inCluster(server)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({"gateway:9000, gateway:9000", "[2001:db8::1]:9000, [2001:db8::1]:9000"})
  void aForwardedServerIsAtItsGatewayUnlessOneIsInsideTheCluster(String given, String expected) {
    ServerInfo server = new ServerInfo("api", "0.0.0.0", 8888, "api", "10.0.0.7", given, "http");
    assertThat(ServerAddress.of(server)).hasToString(expected);
    assertThat(ServerAddress.inCluster(server)).hasToString("10.0.0.7:8888");
  }

  @Test
  void addressesAreToldFromNames() {
    assertThat(new ServerAddress("10.0.0.7", 1).isIpv4()).isTrue();
    assertThat(new ServerAddress("2001:db8::7", 1).isIpv6()).isTrue();
    assertThat(new ServerAddress("worker-7", 1).isName()).isTrue();
  }
}
