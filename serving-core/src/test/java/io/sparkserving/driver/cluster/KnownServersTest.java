package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.server.worker.Announcement;
import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownServersTest {
  private final TurnedClock clock = new TurnedClock();
  private final List<List<String>> told = new ArrayList<>();
  private final KnownServers servers =
      new KnownServers(Duration.ofSeconds(30), inService -> told.add(ids(inService)), clock);

  private static List<String> ids(List<Announcement> servers) {
    return servers.stream().map(Announcement::serverId).toList();
  }

  static Announcement server(String serverId, String executorId) {
    return server(serverId, executorId, serverId);
  }

  private static Announcement server(String serverId, String executorId, String slot) {
    return new Announcement(serverId, executorId, slot, 8888, "10.0.0.7", null, null, null);
  }

  @Test
  void whoeverWantsToKnowIsToldOfServersThatComeAndGo() {
    servers.add(server("b", "8"));
    servers.add(server("a", "7"));
    servers.executorLeaves("7");
    servers.executorWent("8");

    assertThat(told).containsExactly(List.of("b"), List.of("a", "b"), List.of("b"), List.of());
    assertThat(ids(servers.all())).as("its executor only leaves").containsExactly("a");
    assertThat(servers.isInService("a")).isFalse();
    assertThat(servers.executors()).containsExactly("7");
  }

  @Test
  void aServerReplacesTheOneThatHadItsSlot() {
    servers.add(server("before", "7", "slot"));
    servers.add(server("after", "7", "slot"));
    servers.add(server("elsewhere", "8", "slot"));

    assertThat(ids(servers.all())).containsExactly("after", "elsewhere");
  }

  @Test
  void anExecutorThatLeavesDrainsForALimitedTime() {
    servers.executorLeaves("7");
    clock.advance(Duration.ofSeconds(20));
    servers.executorLeaves("7");
    servers.executorLeaves("8");
    assertThat(servers.drainingExecutors()).containsExactly("7", "8");

    clock.advance(Duration.ofSeconds(10));
    assertThat(servers.drainingExecutors()).containsExactly("8");
    assertThat(servers.add(server("late", "7"))).as("leaves all the same").isTrue();

    servers.executorWent("8");
    assertThat(servers.drainingExecutors()).isEmpty();
  }
}
