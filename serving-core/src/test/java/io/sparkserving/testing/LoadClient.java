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
 */
public record LoadClient(int port, int connections, int requests, Duration limit) {

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

    Caller(AtomicInteger next, long deadline, LoadTally tally) {
      this.next = next;
      this.deadline = deadline;
      this.tally = tally;
    }

    /**
     * Every number taken is answered, failed, or left over at the deadline, which the tally sees.
     */
    void callAll(IntFunction<RawRequest> request, Check check) {
      RawHttp http = null;
      for (int number = next.getAndIncrement();
          number < requests && remaining().toMillis() > 0;
          number = next.getAndIncrement()) {
        try {
          http = http == null ? RawHttp.connect(port) : http;
          RawResponse response = http.readTimeout(remaining()).call(request.apply(number));
          tally.answered(number, response, check.isReplyTo(number, response));
          if (response.header("Connection").orElse("").equalsIgnoreCase("close")) {
            http = close(http);
          }
        } catch (IOException | RuntimeException e) {
          tally.failed(number, e);
          http = close(http);
        }
      }
      close(http);
    }

    private Duration remaining() {
      return Duration.ofNanos(deadline - System.nanoTime());
    }

    private RawHttp close(RawHttp http) {
      if (http != null) {
        try {
          http.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return null;
    }
  }
}
