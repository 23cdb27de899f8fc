package io.sparkserving.functions;

import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.functions.batch.Failure;
import io.sparkserving.task.reply.ReplySendingFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.Row;
import org.eclipse.jetty.http.HttpStatus;

/** Answers the requests on whose rows a function failed, from the midst of the query. */
final class FailureAnswers extends ReplySendingFunction {
  private static final long serialVersionUID = 1L;
  private static final LimitedLog UNANSWERABLE = LimitedLog.of(FailureAnswers.class);

  private final String function;
  private final RowShape shape;

  /**
   * @param function name of the column that the function makes, for messages
   */
  FailureAnswers(String function, RowShape shape) {
    this.function = function;
    this.shape = shape;
  }

  /** Name of the column that the function makes. */
  String function() {
    return function;
  }

  /**
   * Answers the request of a row; false if the row names none, so that only a null can tell of the
   * failure.
   */
  boolean answer(Row row, Failure failure) {
    Row id = shape.id(row);
    if (id == null || !isAnswerable(id)) {
      UNANSWERABLE.warn(
          "",
          "The function of column {} failed ({}) on a row that names no request: its value is null",
          function,
          failure.kind());
      return false;
    }
    try {
      send(id, reply(failure));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot deliver replies", e);
    }
    return true;
  }

  private static ReplyMessage reply(Failure failure) {
    return Problems.ofFunction(
        failure.status(),
        failure.status() == 500 ? "Internal Server Error" : HttpStatus.getMessage(failure.status()),
        detail(failure),
        failure.headers());
  }

  private static String detail(Failure failure) {
    if (failure.detail() != null) {
      return failure.detail();
    }
    return switch (failure.kind()) {
      case "timeout" -> "The query's function took too long for this request.";
      case "worker" -> "The process of the query's function ended on this request.";
      case "setup" -> "The query's function cannot be run at the moment.";
      default -> "The query's function failed on this request.";
    };
  }
}
