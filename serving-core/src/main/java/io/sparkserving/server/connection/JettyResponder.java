package io.sparkserving.server.connection;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.Responder;
import io.sparkserving.exchange.ServerExchanges;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Writes a reply to a Jetty response: status, headers and body in one write, which never blocks.
 */
public final class JettyResponder implements Responder {
  private static final LimitedLog INVALID = LimitedLog.of(JettyResponder.class);

  /** For headers that are not the reply's own, such as the date and a request's id. */
  private static final int HEADER_MARGIN = 2 << 10;

  private static final byte[] NOTHING = new byte[0];

  private final @Nullable ServerExchanges exchanges;
  private final Response response;
  private final Callback callback;

  /** Made before the answer is there, so that what is left to do then needs no memory. */
  private final AtomicBoolean hasEnded = new AtomicBoolean();

  /** A responder for an answer that is no service's. */
  public JettyResponder(Response response, Callback callback) {
    this(null, response, callback);
  }

  /**
   * A responder for an answer of a service.
   *
   * @param exchanges those of the server whose answer it is
   */
  public JettyResponder(@Nullable ServerExchanges exchanges, Response response, Callback callback) {
    this.exchanges = exchanges;
    this.response = response;
    this.callback = callback;
  }

  /**
   * Answers. Whatever goes wrong on the way, the client gets an answer or a closed connection, and
   * {@code done} is called. An error of the JVM is passed on to the caller after that.
   */
  @Override
  public void respond(ReplyMessage reply, Consumer<@Nullable Throwable> done) {
    try {
      String invalid = ReplyCheck.findProblem(reply, mostHeaderBytes());
      if (invalid != null) {
        INVALID.warn(
            exchanges == null ? "" : exchanges.serverId(),
            "Invalid reply to {}: {}",
            response.getRequest().getHttpURI().getPath(),
            invalid);
      }
      ReplyMessage sent = invalid == null ? reply : Problems.invalidReply(invalid);
      ListenerThreads.replying(exchanges, () -> write(sent, done));
    } catch (RuntimeException e) {
      fail(e, done);
    } catch (Error e) {
      fail(e, done);
      throw e;
    }
  }

  @Override
  public boolean isAbandoned() {
    return ClientWatch.isGone(response.getRequest());
  }

  /** Clients of HTTP/2 may say what they take. */
  private int mostHeaderBytes() {
    return connection() instanceof HTTP2Connection http2
        ? http2.getSession().getGenerator().getHpackEncoder().getMaxHeaderListSize() - HEADER_MARGIN
        : ReplyCheck.MOST_HEADER_BYTES;
  }

  private void write(ReplyMessage reply, Consumer<@Nullable Throwable> done) {
    boolean isClosing = reply.isClosing();
    response.setStatus(reply.status());
    HttpFields.Mutable headers = response.getHeaders();
    for (Header header : reply.headers()) {
      if (HttpHeader.DATE.is(header.name())) {
        // In place of the server's own.
        headers.put(HttpHeader.DATE, header.value());
      } else if (!isFraming(header)) {
        headers.add(header.name(), header.value());
      }
    }
    boolean hasBody = !HttpStatus.hasNoBody(reply.status());
    byte[] body = hasBody ? reply.body() : NOTHING;
    if (hasBody) {
      headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    }
    response.write(
        true,
        ByteBuffer.wrap(body),
        Callback.from(() -> succeed(isClosing, done), failure -> fail(failure, done)));
  }

  private void succeed(boolean isClosing, Consumer<@Nullable Throwable> done) {
    if (!hasEnded.compareAndSet(false, true)) {
      return;
    }
    // Asked for first, as the request is not to be used once its answer is complete.
    Connection connection = connection();
    try {
      callback.succeeded();
      if (isClosing) {
        sendAway(connection);
      }
    } catch (Throwable e) {
      connection.getEndPoint().close(e);
      throw e;
    } finally {
      done.accept(null);
    }
  }

  /** Jetty answers 500 if nothing is written yet, and closes the connection else. */
  private void fail(Throwable failure, Consumer<@Nullable Throwable> done) {
    if (!hasEnded.compareAndSet(false, true)) {
      return;
    }
    try {
      callback.failed(failure);
    } catch (Throwable e) {
      connection().getEndPoint().close(failure);
      throw e;
    } finally {
      done.accept(failure);
    }
  }

  private Connection connection() {
    return response.getRequest().getConnectionMetaData().getConnection();
  }

  /**
   * Tells an HTTP/2 client to send nothing more on this connection (GOAWAY), as the header tells
   * others. What is under way there is answered, and the connection closed after it.
   */
  private static void sendAway(Connection connection) {
    if (connection instanceof HTTP2Connection http2) {
      http2.getSession().shutdown();
    }
  }

  /** The frame of a message is Jetty's to make. */
  private static boolean isFraming(Header header) {
    return HttpHeader.CONTENT_LENGTH.is(header.name())
        || HttpHeader.TRANSFER_ENCODING.is(header.name());
  }
}
