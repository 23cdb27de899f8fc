package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.driver.cluster.KnownServers.Admission;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.DriverAnswer.Standing;
import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    assertThat(servers.add(server("late", "7"))).isEqualTo(Admission.LEAVES);

    servers.executorWent("8");
    assertThat(servers.drainingExecutors()).isEmpty();
  }

  @Test
  void aServerThatIsSilentForHalfAMinuteIsNotForClientsUntilItIsHeard() {
    servers.add(server("a", "7"));
    servers.add(server("b", "8"));
    assertThat(lookFor(9)).isEmpty();
    servers.heard("b");
    assertThat(ids(lookFor(1))).as("asked whether it is there").containsExactly("a");
    servers.heard("b");
    lookFor(19);
    servers.heard("b");
    assertThat(ids(servers.inService())).containsExactly("a", "b");

    lookFor(1);
    assertThat(ids(servers.inService())).containsExactly("b");
    assertThat(servers.isInService("a")).isFalse();
    assertThat(servers.isSilent("a")).isTrue();
    assertThat(servers.executors()).as("no task is to go there").containsExactly("7", "8");
    assertThat(servers.heard("a")).isEqualTo(Standing.KNOWN);
    assertThat(told)
        .containsExactly(List.of("a"), List.of("a", "b"), List.of("b"), List.of("a", "b"));
  }

  @Test
  void aDriverThatStoodStillHasNotListenedToItsServers() {
    servers.add(server("a", "7"));
    clock.advance(Duration.ofMinutes(2));

    assertThat(servers.lookForSilent()).isEmpty();
    assertThat(servers.isInService("a")).isTrue();
  }

  @Test
  void aServerOfAnExcludedExecutorIsNotForClientsUntilTheExecutorGetsTasksAgain() {
    servers.add(server("a", "7"));
    servers.add(server("b", "8"));
    assertThat(servers.excludedAre(Set.of("7", "9"))).isTrue();
    assertThat(servers.excludedAre(Set.of("9", "7"))).isFalse();

    assertThat(servers.isInService("a")).isFalse();
    assertThat(servers.heard("a")).isEqualTo(Standing.EXCLUDED);
    assertThat(servers.heard("b")).isEqualTo(Standing.KNOWN);
    servers.excludedAre(Set.of());
    assertThat(servers.heard("a")).isEqualTo(Standing.KNOWN);
    assertThat(told)
        .containsExactly(List.of("a"), List.of("a", "b"), List.of("b"), List.of("a", "b"));
  }

  @Test
  void aServerWhereNobodyListensIsNotForClientsUntilItIsHeard() {
    servers.add(server("a", "7"));
    servers.unreachable("a");
    servers.unreachable("a");
    servers.unreachable("unknown");
    servers.heard("a");

    assertThat(told).containsExactly(List.of("a"), List.of(), List.of("a"));
  }

  @Test
  void aServerThatHasClosedIsForgotten() {
    servers.add(server("a", "7"));

    assertThat(servers.closed("a")).isTrue();
    assertThat(servers.closed("a")).isFalse();

    assertThat(servers.executors()).isEmpty();
    assertThat(servers.closed()).isEqualTo(1);
    assertThat(servers.heard("a")).isEqualTo(Standing.UNKNOWN);
    assertThat(told).containsExactly(List.of("a"), List.of());
  }

  @Test
  void aServerOfAnExecutorThatHasGoneIsNotAdded() {
    servers.executorWent("7");
    assertThat(servers.add(server("late", "7"))).isEqualTo(Admission.GONE);
    assertThat(servers.all()).isEmpty();

    servers.executorCame("7");
    assertThat(servers.add(server("new", "7"))).isEqualTo(Admission.STAYS);
  }

  /** The servers that are to be asked after the last second. */
  private List<Announcement> lookFor(int seconds) {
    List<Announcement> doubted = List.of();
    for (int second = 0; second < seconds; second++) {
      clock.advance(Duration.ofSeconds(1));
      doubted = servers.lookForSilent();
    }
    return doubted;
  }
}
