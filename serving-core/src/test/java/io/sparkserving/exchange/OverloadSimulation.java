package io.sparkserving.exchange;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A server, a query and clients in virtual time. Clients call at random, give up after a while, and
 * try again when they are told to, or after a second.
 */
final class OverloadSimulation {
  private static final Duration CALM = Duration.ofSeconds(10);
  private static final int TRIES = 3;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Event(long nanos, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return nanos == other.nanos
          ? Long.compare(order, other.order)
          : Long.compare(nanos, other.nanos);
    }
  }

  private final Random random = new Random(1);
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final ExchangesFixture fixture;
  private final Duration patience;
  private long countsFrom;
  private long order;
  private long lastBatch = 1000;
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  final List<Long> goodNanos = new ArrayList<>();
  final List<Long> refusedNanos = new ArrayList<>();
  final Map<Integer, Integer> statuses = new TreeMap<>();
  int computedInVain;

  OverloadSimulation(Map<String, String> options, Duration patience) {
    this.fixture = ExchangesFixture.of(options);
    this.patience = patience;
  }

  ServerExchanges server() {
    return fixture.exchanges;
  }

  Lease lease() {
    return server().leases().open(new LeaseKey(1, lastBatch++, 0));
  }

  long now() {
    return fixture.clock.nanoTime();
  }

  void after(long nanos, Runnable action) {
    events.add(new Event(now() + nanos, order++, action));
  }

  /** Runs an action when the next request has come, if none waits. */
  void whenRequestsWait(Runnable action) {
    if (server().queue().size() > 0) {
      action.run();
    } else {
      waiting.add(action);
    }
  }

  /** Answers a request, as the query has computed its reply. */
  void reply(Exchange exchange) {
    if (!server().answer(exchange.id(), ExchangesFixture.ok())) {
      computedInVain++;
    }
  }

  /**
   * Lets clients call so often for so long, after a while in which few call.
   *
   * @param warmUp how long of it does not count
   */
  void run(
      SimulatedQuery query,
      double fewPerSecond,
      double callsPerSecond,
      Duration warmUp,
      Duration time) {
    long manyFrom = now() + CALM.toNanos();
    countsFrom = manyFrom + warmUp.toNanos();
    long end = countsFrom + time.toNanos();
    query.start(this);
    arrive(() -> now() < manyFrom ? fewPerSecond : callsPerSecond, end);
    while (!events.isEmpty() && events.peek().nanos() < end) {
      Event next = events.remove();
      fixture.advance(Duration.ofNanos(Math.max(0, next.nanos() - now())));
      next.action().run();
    }
  }

  private void arrive(DoubleSupplier callsPerSecond, long end) {
    double perSecond = callsPerSecond.getAsDouble();
    long gap = (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
    after(
        gap,
        () -> {
          new Call(end).attempt();
          arrive(callsPerSecond, end);
        });
  }

  /** One thing that a client wants, in up to three tries. */
  private final class Call {
    private final long end;
    private int tries;

    private Call(long end) {
      this.end = end;
    }

    private void attempt() {
      tries++;
      Attempt attempt = new Attempt(this, now());
      ReplyMessage refusal = server().refusal();
      if (refusal != null) {
        attempt.respond(refusal, done -> {});
        return;
      }
      server().accept(ExchangesFixture.request("x"), attempt);
      after(patience.toNanos(), attempt::giveUp);
      Runnable next = server().queue().size() > 0 ? waiting.poll() : null;
      if (next != null) {
        next.run();
      }
    }

    private void retry(long nanos) {
      if (tries < TRIES && now() + nanos < end) {
        after(nanos, this::attempt);
      }
    }
  }

  private final class Attempt implements Responder {
    private final Call call;
    private final long begun;
    private boolean isGone;
    private boolean isAnswered;

    private Attempt(Call call, long begun) {
      this.call = call;
      this.begun = begun;
    }

    @Override
    public boolean isAbandoned() {
      return isGone;
    }

    private void giveUp() {
      if (!isAnswered) {
        isGone = true;
        call.retry(RETRY_NANOS);
      }
    }

    @Override
    public void respond(ReplyMessage reply, Consumer<@Nullable Throwable> done) {
      isAnswered = true;
      if (isGone) {
        computedInVain += reply.status() == 200 ? 1 : 0;
        done.accept(new IllegalStateException("gone"));
        return;
      }
      if (now() >= countsFrom) {
        statuses.merge(reply.status(), 1, Integer::sum);
        (reply.status() == 200 ? goodNanos : refusedNanos).add(now() - begun);
      }
      if (reply.status() != 200) {
        String after =
            reply.headers().stream()
                .filter(header -> header.name().equals("Retry-After"))
                .map(Header::value)
                .findFirst()
                .orElse("1");
        call.retry(TimeUnit.SECONDS.toNanos(Long.parseLong(after)));
      }
      done.accept(null);
    }
  }

  /** How long that share of the good answers took at most, in milliseconds. */
  double goodMillis(double share) {
    return millis(goodNanos, share);
  }

  /** How long that share of the refusals took at most, in milliseconds. */
  double refusedMillis(double share) {
    return millis(refusedNanos, share);
  }

  private static double millis(List<Long> nanos, double share) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((int) (share * (sorted.size() - 1))) / 1e6;
  }

  @Override
  public String toString() {
    return "%s, good: median %.0f ms, 99 %% %.0f ms; refused: median %.0f ms, 99 %% %.0f; %d in vain"
        .formatted(
            statuses,
            goodMillis(0.5),
            goodMillis(0.99),
            refusedMillis(0.5),
            refusedMillis(0.99),
            computedInVain);
  }
}
