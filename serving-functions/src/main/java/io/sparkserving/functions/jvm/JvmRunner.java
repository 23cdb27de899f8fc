package io.sparkserving.functions.jvm;

import io.sparkserving.AsyncBatchFunction;
import io.sparkserving.BatchFunction;
import io.sparkserving.HttpErrorException;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.functions.batch.Failure;
import io.sparkserving.functions.batch.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Row;

/**
 * Runs a function in the JVM of the task: on the task's thread, but for functions that give their
 * values later, which are called on the thread that has gathered a batch. A batch on which the
 * function fails is halved until the rows are found that make it fail.
 */
final class JvmRunner implements BatchRunner {
  private static final LimitedLog FAILED = LimitedLog.of(JvmRunner.class);
  private static final long TIMEOUT_SECONDS = 30;
  private static final Outcome TIMED_OUT =
      Outcome.failed(new Failure(504, "timeout", null, List.of()));

  /** A function of either kind. */
  interface Call {
    /** Begins to compute, or puts it off to when the values are asked for. */
    CompletionStage<? extends List<?>> begin(List<Row> arguments) throws Exception;

    /** Whether the values come from elsewhere, and so are asked for at once. */
    boolean isLater();

    static Call of(AsyncBatchFunction function) {
      return new Call() {
        @Override
        public CompletionStage<? extends List<?>> begin(List<Row> arguments) throws Exception {
          return function.apply(arguments);
        }

        @Override
        public boolean isLater() {
          return true;
        }
      };
    }

    static Call of(BatchFunction function) {
      return new Call() {
        @Override
        public CompletionStage<? extends List<?>> begin(List<Row> arguments) throws Exception {
          return CompletableFuture.completedFuture(function.apply(arguments));
        }

        @Override
        public boolean isLater() {
          return false;
        }
      };
    }
  }

  private final Call call;
  private final JvmValues values;
  private final String column;
  private List<Row> sent = List.of();
  private CompletableFuture<List<?>> begun = new CompletableFuture<>();

  JvmRunner(Call call, JvmValues values, String column) {
    this.call = call;
    this.values = values;
    this.column = column;
  }

  @Override
  public void send(List<Row> arguments) {
    sent = arguments;
    if (call.isLater()) {
      begun = begin(arguments);
    }
  }

  @Override
  public List<Outcome> receive() throws InterruptedException {
    List<Outcome> outcomes = new ArrayList<>(sent.size());
    collect(sent, call.isLater() ? begun : begin(sent), outcomes);
    return outcomes;
  }

  private CompletableFuture<List<?>> begin(List<Row> arguments) {
    try {
      return call.begin(Collections.unmodifiableList(arguments))
          .<List<?>>thenApply(computed -> computed)
          .toCompletableFuture();
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void collect(
      List<Row> arguments, CompletableFuture<List<?>> computed, List<Outcome> outcomes)
      throws InterruptedException {
    try {
      List<?> result = computed.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (result == null || result.size() != arguments.size()) {
        throw new IllegalStateException(
            "Invalid result: expected %d values, one for each row, but got %s"
                .formatted(arguments.size(), result == null ? "null" : result.size()));
      }
      for (Object value : result) {
        outcomes.add(outcome(value));
      }
    } catch (TimeoutException e) {
      outcomes.addAll(Collections.nCopies(arguments.size(), TIMED_OUT));
    } catch (ExecutionException e) {
      narrow(arguments, cause(e), outcomes);
    } catch (RuntimeException e) {
      Outcome failed = Outcome.failed(failure(e));
      outcomes.addAll(Collections.nCopies(arguments.size(), failed));
    }
  }

  private void narrow(List<Row> arguments, Throwable cause, List<Outcome> outcomes)
      throws InterruptedException {
    if (cause instanceof InterruptedException) {
      throw new InterruptedException();
    }
    int number = arguments.size();
    if (number == 1) {
      outcomes.add(Outcome.failed(failure(cause)));
      return;
    }
    for (List<Row> half :
        List.of(arguments.subList(0, number / 2), arguments.subList(number / 2, number))) {
      collect(half, begin(half), outcomes);
    }
  }

  private Outcome outcome(Object value) {
    try {
      return Outcome.of(values.toSpark(value));
    } catch (RuntimeException e) {
      return Outcome.failed(failure(e));
    }
  }

  private Failure failure(Throwable cause) {
    if (cause instanceof HttpErrorException error) {
      List<Header> headers = new ArrayList<>();
      error.headers().forEach((name, value) -> headers.add(new Header(name, value)));
      return new Failure(error.status(), "HttpError", error.detail(), headers);
    }
    FAILED.warn("", "The function of column {} failed on a request", column, cause);
    return new Failure(500, cause.getClass().getSimpleName(), null, List.of());
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  @Override
  public void close() {
    begun.cancel(true);
  }
}
