package io.sparkserving.query;

import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.SupervisedServices;
import io.sparkserving.options.SupervisionConfiguration;
import java.util.function.Consumer;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a supervising thread: from one failure of a query to the next, until there is to be
 * no further run. Whatever is thrown on the way, of any kind, counts as a failure of the run that
 * goes on or is being started: Spark's methods throw exceptions that they do not declare.
 */
final class RestartLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RestartLoop.class);

  private final SupervisedStart start;
  private final SupervisedServices services;
  private final SupervisedRuns runs;
  private final Runnable end;
  private final Consumer<String> giveUp;
  private final FailuresInARow failures = new FailuresInARow();

  /** Whether the query takes the requests of a service, and does not only reply to one. */
  private boolean serves;

  /**
   * @param end called when the query has ended otherwise than by being given up
   * @param giveUp called, with a sentence that says why, when the query has failed too often
   */
  RestartLoop(
      SupervisedStart start,
      SupervisedServices services,
      SupervisedRuns runs,
      Runnable end,
      Consumer<String> giveUp) {
    this.start = start;
    this.services = services;
    this.runs = runs;
    this.end = end;
    this.giveUp = giveUp;
  }

  @Override
  public void run() {
    try {
      supervise();
    } catch (InterruptedException e) {
      end.run();
      Thread.currentThread().interrupt();
    } catch (Throwable e) { // Whoever waits for the end of the query must not wait for ever.
      LOG.error("Cannot supervise {} any more", query(), e);
      if (runs.noteFailure(e)) {
        giveUp.accept(
            "Its supervisor has failed by a %s; the log has more.".formatted(rootCause(e)));
      } else {
        end.run();
      }
    }
  }

  private void supervise() throws InterruptedException {
    SupervisionConfiguration configuration = start.configuration();
    String id = runs.query().id().toString();
    serves = ServiceRegistry.jvm().ofQuery(id).isReady().isPresent() || services.isAwaiting();
    Throwable failure = awaitFailure();
    while (failure != null && mayRestart()) {
      int inARow = failures.add(progress());
      if (inARow > configuration.maxRestarts()) {
        LOG.error("Gave up {} after {} restarts in a row", query(), inARow - 1);
        giveUp.accept(whyGivenUp(inARow - 1, failure));
        return;
      }
      boolean isToRestart = runs.pause(configuration.backoff(inARow)) && mayRestart();
      failure = isToRestart ? restart() : null;
    }
    end.run();
  }

  private String query() {
    return "query " + runs.query().id();
  }

  /** Whether the query has what it needs to run again. */
  private boolean mayRestart() {
    if (start.isSparkStopped()) {
      LOG.info("The {} has ended with its Spark application", query());
      return false;
    }
    if (serves && !services.isAwaiting()) {
      LOG.info("The {} has failed, but another one serves by now", query());
      return false;
    }
    return true;
  }

  /** What grows while the query gets on: answers, or batches where it has no service. */
  private long progress() {
    try {
      if (serves) {
        return services.answers();
      }
      StreamingQueryProgress last = runs.query().lastProgress();
      return last == null ? 0 : last.batchId();
    } catch (RuntimeException e) {
      LOG.debug("Cannot tell whether {} has got on", query(), e);
      return 0;
    }
  }

  /** Runs the query once more; returns why it failed, or null if it was stopped. */
  private @Nullable Throwable restart() throws InterruptedException {
    try {
      services.noteRestart();
      if (!runs.begin(start.again())) {
        runs.query().stop();
        return null;
      }
      QueryStart.awaitService(runs.query());
    } catch (Throwable e) {
      LOG.warn("Cannot start {} again", query(), e);
      return note(endRun(e));
    }
    runs.noteServing();
    LOG.info("The {} runs again, after {} restarts", query(), runs.restarts());
    return awaitFailure();
  }

  private @Nullable Throwable awaitFailure() throws InterruptedException {
    try {
      runs.query().awaitTermination();
      return null;
    } catch (StreamingQueryException e) {
      // Spark has logged all of it.
      LOG.warn("The {} has failed by a {}", query(), rootCause(e));
      return note(e);
    } catch (Throwable e) {
      LOG.warn("Cannot wait for the end of {}", query(), e);
      return note(endRun(e));
    }
  }

  /** Stops a run of which a failure has not made an end, so that another can follow. */
  private Throwable endRun(Throwable failure) throws InterruptedException {
    try {
      runs.query().stop();
    } catch (Throwable e) {
      LOG.warn("Cannot stop {}", query(), e);
    }
    if (failure instanceof InterruptedException interrupt) {
      throw interrupt;
    }
    return failure;
  }

  private @Nullable Throwable note(Throwable failure) {
    return runs.noteFailure(failure) ? failure : null;
  }

  /** Without the failure's message, which may have a request's values in it. */
  private static String whyGivenUp(int restarts, Throwable failure) {
    return "Its query was given up after %d restarts in a row, last by a %s; the log has more."
        .formatted(restarts, rootCause(failure));
  }

  private static String rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName();
  }
}
