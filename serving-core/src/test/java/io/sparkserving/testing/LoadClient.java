package io.sparkserving.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Sends numbered requests over keep-alive connections, one thread each, and checks every reply
 * against its own request. After the time limit nothing more is sent, and whatever is missing
 * counts as an error. A connection that breaks is an error too, and is opened anew.
 *
 * @param tries how often a request is sent at most, while its connection breaks or a gateway says
 *     502; only the last try counts
 */
public record LoadClient(int port, int connections, int requests, Duration limit, int tries) {
  private static final int BAD_GATEWAY = 502;

  /** A client that sends every request once. */
  public LoadClient(int port, int connections, int requests, Duration limit) {
    this(port, connections, requests, limit, 1);
  }

  /** The same, but persistent. */
  public LoadClient trying(int times) {
    return new LoadClient(port, connections, requests, limit, times);
  }

  /** Says whether a reply is the one that this request asked for. */
  @FunctionalInterface
  public interface Check {
    boolean isReplyTo(int request, RawResponse response);
  }

  /** Runs to the end, or to the limit. Requests are numbered from 0. */
  public LoadReport run(IntFunction<RawRequest> request, Check check) throws InterruptedException {
    LoadTally tally = new LoadTally(requests);
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    long deadline = start + limit.toNanos();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            connections,
            task -> {
              Thread thread = new Thread(task, "load-client");
              thread.setDaemon(true);
              return thread;
            });
    for (int i = 0; i < connections; i++) {
      threads.execute(() -> new Caller(next, deadline, tally).callAll(request, check));
    }
    threads.shutdown();
    // Every read is bounded by the deadline; the margin is for the last of them to return.
    threads.awaitTermination(limit.toMillis() + 10_000, TimeUnit.MILLISECONDS);
    threads.shutdownNow();
    return tally.report(Duration.ofNanos(System.nanoTime() - start));
  }

  private final class Caller {
    private final AtomicInteger next;
    private final long deadline;
    private final LoadTally tally;
    private RawHttp http;

    Caller(AtomicInteger next, long deadline, LoadTally tally) {
      this.next = next;
      this.deadline = deadline;
      this.tally = tally;
    }

    /**
     * Every number taken is answered, failed, or left over at the deadline, which the tally sees.
     */
    void callAll(IntFunction<RawRequest> request, Check check) {
      for (int number = next.getAndIncrement();
          number < requests && remaining().toMillis() > 0;
          number = next.getAndIncrement()) {
        int left = tries;
        do {
          left--;
        } while (!call(number, request.apply(number), check, left > 0)
            && remaining().toMillis() > 0);
      }
      close();
    }

    /** One try. False if it does not count. */
    private boolean call(int number, RawRequest request, Check check, boolean mayFail) {
      try {
        http = http == null ? RawHttp.connect(port) : http;
        RawResponse response = http.readTimeout(remaining()).call(request);
        if (response.header("Connection").orElse("").equalsIgnoreCase("close")) {
          close();
        }
        if (mayFail && response.status() == BAD_GATEWAY) {
          return false;
        }
        tally.answered(number, response, check.isReplyTo(number, response));
      } catch (IOException | RuntimeException e) {
        close();
        if (mayFail) {
          return false;
        }
        tally.failed(number, e);
      }
      return true;
    }

    private Duration remaining() {
      return Duration.ofNanos(deadline - System.nanoTime());
    }

    private void close() {
      RawHttp open = http;
      http = null;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
