package io.sparkserving.server.connection;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.options.ConnectionLimits;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers a request before its body has come, and throws away what still comes of it, within
 * bounds. Ended earlier, the connection would be reset under a client that still sends, which then
 * never reads its answer. Runs on the listener's threads, or one that has brought a reply, and
 * never waits on them.
 */
public final class EarlyAnswer implements Callback, Runnable {
  private static final long MOST_EXCESS = 64L << 20;

  private final Request request;
  private final Callback callback;
  private final AtomicInteger unfinished = new AtomicInteger(2);
  private final LeastRate rate = new LeastRate(ConnectionLimits.DEFAULT.receiveTimeout());
  private long thrownAway;

  private EarlyAnswer(Request request, Callback callback) {
    this.request = request;
    this.callback = callback;
  }

  /**
   * Answers. The callback completes when the answer is written and the rest of the body is read.
   *
   * @param request nobody else may read from it any more
   * @param response not yet committed
   */
  public static void send(
      Request request, Response response, Callback callback, ReplyMessage answer) {
    if (isWaitingForContinue(request)) {
      new JettyResponder(response, callback).respond(answer, done -> {});
      return;
    }
    EarlyAnswer early = new EarlyAnswer(request, callback);
    new JettyResponder(response, early).respond(answer, done -> {});
    early.run();
  }

  /**
   * Answers with what is made on the current thread, which need not be one on which Jetty has the
   * request handled. The client gets an answer too where none can be made.
   */
  public static void sendMade(
      Request request, Response response, Callback callback, Supplier<ReplyMessage> answer) {
    try {
      send(request, response, callback, answer.get());
    } catch (Throwable e) {
      callback.failed(e);
      throw e;
    }
  }

  /** Such a client sends its body only when it is told to, and reading would tell it. */
  private static boolean isWaitingForContinue(Request request) {
    return request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
  }

  /** Reads on. */
  @Override
  public void run() {
    try {
      readOn();
    } catch (Throwable e) {
      // Jetty would tell nobody of it but the log.
      failed(e);
      throw e;
    }
  }

  private void readOn() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      boolean end = chunk.isLast() || Content.Chunk.isFailure(chunk);
      thrownAway += chunk.remaining();
      chunk.release();
      if (end || thrownAway > MOST_EXCESS || rate.isMissed(thrownAway)) {
        step();
        return;
      }
    }
  }

  /** The answer is written. */
  @Override
  public void succeeded() {
    step();
  }

  /** The answer could not be written, so nothing is left to wait for. */
  @Override
  public void failed(Throwable x) {
    callback.failed(x);
  }

  private void step() {
    if (unfinished.decrementAndGet() == 0) {
      callback.succeeded();
    }
  }
}
