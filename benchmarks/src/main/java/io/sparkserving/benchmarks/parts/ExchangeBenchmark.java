package io.sparkserving.benchmarks.parts;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.Responder;
import io.sparkserving.exchange.ServerExchanges;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A request from accept through the queue and a lease to its answer, as continuous tasks do it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ExchangeBenchmark {
  private static final long ONE_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Responder NOBODY = (reply, done) -> done.accept(null);

  private final ServerExchanges server = RequestParts.server();
  private final Lease lease = server.leases().open(RequestParts.TASK);

  /** Begins to take on another thread, for {@link #toAnotherThread}. */
  @State(Scope.Benchmark)
  public static class Taking {
    private @Nullable Thread task;
    private final ServerExchanges server = RequestParts.server();

    /** Starts the thread. */
    @Setup
    public void start() {
      Lease lease = server.leases().open(RequestParts.TASK);
      Thread thread = new Thread(() -> takeAndAnswer(server, lease), "task");
      thread.setDaemon(true);
      thread.start();
      task = thread;
    }

    /** Ends the thread. */
    @TearDown
    public void stop() {
      if (task != null) {
        task.interrupt();
      }
    }
  }

  /** All steps on one thread: what they cost without waking anyone. */
  @Benchmark
  public boolean onOneThread() throws InterruptedException {
    server.accept(RequestParts.REQUEST, NOBODY);
    Exchange taken = server.queue().take(lease, ONE_SECOND);
    return taken != null && server.answer(taken.id(), RequestParts.REPLY);
  }

  /** There and back again: the answer comes from a thread that waits for requests. */
  @Benchmark
  public void toAnotherThread(Taking taking) throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    taking.server.accept(
        RequestParts.REQUEST,
        (reply, done) -> {
          done.accept(null);
          answered.countDown();
        });
    answered.await();
  }

  private static void takeAndAnswer(ServerExchanges server, Lease lease) {
    try {
      while (true) {
        Exchange taken = server.queue().take(lease, ONE_SECOND);
        if (taken != null) {
          server.answer(taken.id(), RequestParts.REPLY);
        }
      }
    } catch (InterruptedException e) {
      // The benchmark is over.
    }
  }
}
