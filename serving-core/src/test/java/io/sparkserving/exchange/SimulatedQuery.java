package io.sparkserving.exchange;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A query in virtual time, which takes requests of the server of a simulation. */
interface SimulatedQuery {
  /** Begins to take requests. */
  void start(OverloadSimulation simulation);

  /**
   * Tasks that go on and on, and take one request after the other.
   *
   * @param nanos that each request takes
   */
  record Readers(int tasks, long nanos) implements SimulatedQuery {
    @Override
    public void start(OverloadSimulation simulation) {
      for (int i = 0; i < tasks; i++) {
        next(simulation, simulation.lease());
      }
    }

    private void next(OverloadSimulation simulation, Lease lease) {
      Exchange taken = take(simulation, lease);
      if (taken == null) {
        simulation.whenRequestsWait(() -> next(simulation, lease));
        return;
      }
      simulation.after(
          nanos,
          () -> {
            simulation.reply(taken);
            next(simulation, lease);
          });
    }
  }

  /**
   * Batches whose tasks answer one request after the other, and then take others for a while.
   *
   * @param overhead nanoseconds before the first
   * @param nanos that each request takes
   * @param length nanoseconds for which a batch takes requests
   */
  record Batches(int tasks, long overhead, long nanos, long length) implements SimulatedQuery {
    @Override
    public void start(OverloadSimulation simulation) {
      Lease lease = simulation.lease();
      List<Exchange> batch = simulation.server().queue().takeBatch(lease, tasks);
      if (batch.isEmpty()) {
        simulation.whenRequestsWait(() -> start(simulation));
        return;
      }
      Runnable taskEnds = countDown(tasks, () -> start(simulation));
      long begun = simulation.now();
      for (int task = 0; task < tasks; task++) {
        Deque<Exchange> share = share(batch, task, tasks);
        simulation.after(overhead, () -> next(simulation, lease, share, begun, taskEnds));
      }
    }

    private void next(
        OverloadSimulation simulation,
        Lease lease,
        Deque<Exchange> share,
        long begun,
        Runnable taskEnds) {
      Exchange next = share.poll();
      if (next == null && simulation.now() - begun < length) {
        next = take(simulation, lease);
      }
      if (next == null) {
        taskEnds.run();
        return;
      }
      Exchange taken = next;
      simulation.after(
          nanos,
          () -> {
            simulation.reply(taken);
            next(simulation, lease, share, begun, taskEnds);
          });
    }
  }

  /**
   * Batches whose tasks answer all requests at the end.
   *
   * @param overhead nanoseconds besides the requests
   * @param nanos that each request takes
   */
  record BatchesToTheirEnd(int tasks, long overhead, long nanos) implements SimulatedQuery {
    @Override
    public void start(OverloadSimulation simulation) {
      List<Exchange> batch = simulation.server().queue().takeBatch(simulation.lease(), tasks);
      if (batch.isEmpty()) {
        simulation.whenRequestsWait(() -> start(simulation));
        return;
      }
      Runnable taskEnds = countDown(tasks, () -> start(simulation));
      for (int task = 0; task < tasks; task++) {
        Deque<Exchange> share = share(batch, task, tasks);
        simulation.after(
            overhead + nanos * share.size(),
            () -> {
              share.forEach(simulation::reply);
              taskEnds.run();
            });
      }
    }
  }

  private static @Nullable Exchange take(OverloadSimulation simulation, Lease lease) {
    try {
      return simulation.server().queue().take(lease, 0);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Deque<Exchange> share(List<Exchange> batch, int task, int tasks) {
    Deque<Exchange> share = new ArrayDeque<>();
    for (int i = task; i < batch.size(); i += tasks) {
      share.add(batch.get(i));
    }
    return share;
  }

  private static Runnable countDown(int from, Runnable atZero) {
    int[] left = {from};
    return () -> {
      if (--left[0] == 0) {
        atZero.run();
      }
    };
  }
}
