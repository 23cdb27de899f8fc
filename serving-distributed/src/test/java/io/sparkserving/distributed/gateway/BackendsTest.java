package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.distributed.gateway.Backends.Ending;
import io.sparkserving.driver.cluster.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BackendsTest {
  private static final Backend A = new Backend("a", "localhost", 1);
  private static final Backend B = new Backend("b", "localhost", 2);
  private static final Backend C = new Backend("c", "localhost", 3);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Backends backends = new Backends(now::get);

  @Test
  void theServerWithTheFewestOpenRequestsIsNext() {
    backends.set(List.of(A, B, C));
    List<BackendLoad> taken = take(3);
    assertThat(taken).extracting(BackendLoad::backend).containsExactlyInAnyOrder(A, B, C);

    BackendLoad done = taken.get(1);
    backends.release(done, Ending.ANSWERED);

    assertThat(backends.acquire(Set.of())).isSameAs(done);
  }

  @Test
  void idleServersTakeTurns() {
    backends.set(List.of(A, B, C));
    List<Backend> served = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      BackendLoad load = Objects.requireNonNull(backends.acquire(Set.of()));
      served.add(load.backend());
      backends.release(load, Ending.ANSWERED);
    }
    assertThat(served).filteredOn(A::equals).hasSize(2);
    assertThat(served).filteredOn(B::equals).hasSize(2);
    assertThat(served).filteredOn(C::equals).hasSize(2);
  }

  @Test
  void aFailingServerIsSkippedAndLaterTriedWithOneRequest() {
    backends.set(List.of(A, B));
    BackendLoad failing = fail(A);

    assertThat(take(3)).doesNotContain(failing);

    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(backends.acquire(Set.of())).isSameAs(failing);
    assertThat(take(3)).doesNotContain(failing);

    backends.release(failing, Ending.ANSWERED);
    assertThat(backends.acquire(Set.of())).isSameAs(failing);
    assertThat(backends.acquire(Set.of())).isSameAs(failing);
  }

  @Test
  void aServerThatFailsItsTrialIsSkippedAgain() {
    backends.set(List.of(A, B));
    BackendLoad failing = fail(A);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    take(2);
    backends.release(failing, Ending.FAILED);

    assertThat(take(3)).doesNotContain(failing);
  }

  @Test
  void skippedServersAreTriedWhereNothingElseIsLeft() {
    backends.set(List.of(A, B));
    BackendLoad a = fail(A);
    BackendLoad b = fail(B);

    assertThat(backends.acquire(Set.of(a))).isSameAs(b);
    assertThat(backends.acquire(Set.of(a, b))).isNull();
  }

  @Test
  void aClientThatLeavesSaysNothingOfTheServer() {
    backends.set(List.of(A));
    BackendLoad a = fail(A);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    backends.acquire(Set.of());
    backends.release(a, Ending.UNKNOWN);

    assertThat(a.isSkipped(now.get())).isTrue();
    assertThat(a.outstanding()).isZero();
  }

  @Test
  void serversComeAndGoAndThoseThatStayKeepTheirCounts() {
    backends.set(List.of(A, B));
    take(4);

    backends.set(List.of(B, C));
    assertThat(backends.outstanding()).containsOnly(entry(B, 2), entry(C, 0));
    assertThat(take(2)).extracting(BackendLoad::backend).containsOnly(C);

    backends.set(List.of());
    assertThat(backends.acquire(Set.of())).isNull();
  }

  @Test
  void aNewServerAtAnOldAddressStartsFromNothing() {
    backends.set(List.of(A));
    take(2);
    Backend successor = new Backend("a2", A.host(), A.port());

    backends.set(List.of(successor));

    assertThat(backends.outstanding()).containsOnly(entry(successor, 0));
  }

  private static Map.Entry<Backend, Integer> entry(Backend backend, int outstanding) {
    return Map.entry(backend, outstanding);
  }

  private BackendLoad fail(Backend backend) {
    List<BackendLoad> others = new ArrayList<>();
    for (BackendLoad load = backends.acquire(others);
        load != null;
        load = backends.acquire(others)) {
      if (load.backend().equals(backend)) {
        backends.release(load, Ending.FAILED);
        others.forEach(other -> backends.release(other, Ending.UNKNOWN));
        return load;
      }
      others.add(load);
    }
    throw new AssertionError("No such backend: " + backend);
  }

  private List<BackendLoad> take(int count) {
    List<BackendLoad> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(Objects.requireNonNull(backends.acquire(Set.of())));
    }
    return taken;
  }
}
