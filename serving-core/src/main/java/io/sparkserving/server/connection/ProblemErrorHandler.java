package io.sparkserving.server.connection;

import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers what Jetty itself refuses, such as malformed HTTP, in the form of all other problems, and
 * says what is wrong with it. What else goes wrong is for the log, where Jetty writes it.
 */
public final class ProblemErrorHandler implements Request.Handler {
  private static final String FAILED = "The server failed on this request. Its log says why.";
  private static final String BAD_LENGTH = "Invalid Content-Length Value";
  private static final String BAD_TARGET =
      "Invalid request target: expected a path that begins with /, does not lead above it, and has"
          + " two hexadecimal digits after each %.";

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object failure = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    // A port that stops closes connections whose requests were read, and not yet handled.
    boolean isClosed = failure instanceof EofException && !(failure instanceof HttpException);
    ReplyMessage answer =
        isClosed
            ? Problems.stopped()
            : Problems.refusedByServer(status, detail(request, status, failure));
    new JettyResponder(response, callback).respond(answer, done -> {});
    return true;
  }

  private static String detail(Request request, int status, @Nullable Object failure) {
    Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    String said = message instanceof String text ? text : "";
    if (failure instanceof HttpException malformed) {
      return said.equals(HttpStatus.getMessage(status)) ? guess(malformed, said) : said;
    }
    return failure == null ? said : FAILED;
  }

  /** Jetty gives no reason for a length that is too large, nor for most of what a URI lacks. */
  private static String guess(HttpException malformed, String otherwise) {
    Throwable cause = ((Throwable) malformed).getCause();
    if (cause instanceof ArithmeticException) {
      return BAD_LENGTH;
    }
    return cause instanceof IllegalArgumentException ? BAD_TARGET : otherwise;
  }
}
