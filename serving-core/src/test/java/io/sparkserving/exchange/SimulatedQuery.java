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

  /**
   * Batches that are planned when a request waits, and whose tasks then take their shares, which
   * they answer at their end.
   *
   * @param planning nanoseconds before tasks begin
   * @param overhead nanoseconds of a task besides the requests
   * @param nanos that each request takes
   */
  record PlannedBatches(int tasks, long planning, long overhead, long nanos)
      implements SimulatedQuery {
    @Override
    public void start(OverloadSimulation simulation) {
      simulation.whenRequestsWait(() -> simulation.after(planning, () -> begin(simulation)));
    }

    private void begin(OverloadSimulation simulation) {
      Runnable taskEnds = countDown(tasks, () -> start(simulation));
      for (int task = 0; task < tasks; task++) {
        List<Exchange> share =
            simulation.server().queue().takeShare(simulation.lease(), tasks - task);
        simulation.after(
            share.isEmpty() ? 0 : overhead + nanos * share.size(),
            () -> {
              share.forEach(simulation::reply);
              taskEnds.run();
            });
      }
    }
  }

  /**
   * A task that reads ahead of its answers, and now and then stands still for a while.
   *
   * @param nanos that each request takes
   * @param between nanoseconds from one standstill to the next
   * @param standstill nanoseconds
   */
  record ReaderAhead(long nanos, long between, long standstill) implements SimulatedQuery {
    @Override
    public void start(OverloadSimulation simulation) {
      Deque<Exchange> ahead = new ArrayDeque<>();
      Lease lease = simulation.lease();
      read(simulation, lease, ahead);
      answer(simulation, ahead, simulation.now() + between);
    }

    private void read(OverloadSimulation simulation, Lease lease, Deque<Exchange> ahead) {
      Exchange taken = take(simulation, lease);
      while (taken != null) {
        ahead.add(taken);
        taken = take(simulation, lease);
      }
      simulation.after(NANOS_BETWEEN_READS, () -> read(simulation, lease, ahead));
    }

    private void answer(OverloadSimulation simulation, Deque<Exchange> ahead, long standstillAt) {
      if (simulation.now() >= standstillAt) {
        simulation.after(standstill, () -> answer(simulation, ahead, simulation.now() + between));
        return;
      }
      Exchange next = ahead.poll();
      simulation.after(
          next == null ? NANOS_BETWEEN_READS : nanos,
          () -> {
            if (next != null) {
              simulation.reply(next);
            }
            answer(simulation, ahead, standstillAt);
          });
    }
  }

  /**
   * A task that reads ahead, and answers at the end of an epoch whatever it has read until then.
   *
   * @param epoch nanoseconds
   * @param nanos that each request takes
   */
  record Collector(long epoch, long nanos) implements SimulatedQuery {
    @Override
    public void start(OverloadSimulation simulation) {
      Deque<Exchange> collected = new ArrayDeque<>();
      Lease lease = simulation.lease();
      read(simulation, lease, collected);
      answer(simulation, collected);
    }

    private void read(OverloadSimulation simulation, Lease lease, Deque<Exchange> collected) {
      Exchange taken = take(simulation, lease);
      while (taken != null) {
        collected.add(taken);
        taken = take(simulation, lease);
      }
      simulation.after(NANOS_BETWEEN_READS, () -> read(simulation, lease, collected));
    }

    private void answer(OverloadSimulation simulation, Deque<Exchange> collected) {
      simulation.after(
          epoch,
          () -> {
            List<Exchange> all = List.copyOf(collected);
            collected.clear();
            simulation.after(
                nanos * all.size(),
                () -> {
                  all.forEach(simulation::reply);
                  answer(simulation, collected);
                });
          });
    }
  }

  long NANOS_BETWEEN_READS = 1_000_000;

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
