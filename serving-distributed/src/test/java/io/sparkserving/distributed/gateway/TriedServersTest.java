package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.distributed.gateway.Backends.Ending;
import io.sparkserving.driver.cluster.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TriedServersTest {
  private static final Backend DEAD = new Backend("dead", "localhost", 1);
  private static final Backend ALIVE = new Backend("alive", "localhost", 2);

  private final Backends backends = new Backends();
  private final TriedServers tried = new TriedServers();

  /** A server that was killed has as many closed connections as clients had open ones. */
  @Test
  void aServerOfStaleConnectionsLeavesTheRequestToOthers() {
    backends.set(List.of(ALIVE));
    // Busy, so that the other one, which has nothing to do, is the better choice.
    assertThat(backends.acquire(Set.of())).isNotNull();
    backends.set(List.of(DEAD, ALIVE));
    assertThat(triedWhileStale()).containsExactly(DEAD, DEAD, DEAD, ALIVE);
  }

  @Test
  void theOnlyServerMayHaveManyStaleConnections() {
    backends.set(List.of(DEAD));
    assertThat(triedWhileStale()).containsOnly(DEAD).hasSize(17);
  }

  /** Tries until a connection is not stale, which all are to the dead server. */
  private List<Backend> triedWhileStale() {
    List<Backend> all = new ArrayList<>();
    BackendLoad next = tried.next(backends);
    while (next != null) {
      all.add(next.backend());
      backends.release(next, Ending.UNKNOWN);
      if (next.backend().equals(ALIVE)) {
        return all;
      }
      tried.stale(next);
      next = tried.next(backends);
    }
    return all;
  }
}
