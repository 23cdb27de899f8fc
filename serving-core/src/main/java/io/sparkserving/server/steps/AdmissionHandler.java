package io.sparkserving.server.steps;

import io.sparkserving.exchange.BodyBudget;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.server.access.Caller;
import io.sparkserving.server.connection.ConnectionBodies;
import io.sparkserving.server.connection.EarlyAnswer;
import io.sparkserving.server.connection.JettyResponder;
import io.sparkserving.server.limits.ClientMark;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Makes an exchange of a Jetty request: reads the body, and has the server accept both. Runs on the
 * listener's threads, or one that has brought a reply, and never waits on them.
 */
final class AdmissionHandler implements Request.Handler {
  /** No connection of HTTP/2 takes all: proxies have a single one for all their clients. */
  private static final int CONNECTIONS_AT_LEAST = 2;

  private final ServerExchanges exchanges;

  AdmissionHandler(ServerExchanges exchanges) {
    this.exchanges = exchanges;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    ReplyMessage refusal = exchanges.refusal();
    if (refusal != null) {
      EarlyAnswer.send(request, response, callback, refusal);
      return true;
    }
    BodyReader.read(
        request,
        exchanges.configuration().maxBodySize(),
        exchanges.configuration().operations().transport().limits().receiveTimeout(),
        new Admission(exchanges, request, response, callback));
    return true;
  }

  /**
   * What happens to a request once its body is there, or cannot be. Every request ends here, as
   * Jetty's callback: then the bytes of its body are given back.
   */
  private static final class Admission extends Callback.Nested implements BodyReader.Receiver {
    private static final AtomicLongFieldUpdater<Admission> RESERVED =
        AtomicLongFieldUpdater.newUpdater(Admission.class, "reserved");

    private final ServerExchanges exchanges;
    private final Request request;
    private final Response response;

    /** What the connection holds, where it may have several requests at once. */
    private final @Nullable BodyBudget ofConnection;

    /** Bytes of the budget of this JVM, and of the connection's. */
    private volatile long reserved;

    private volatile boolean hasEnded;

    /** Bytes of the body that was inflated; -1 if it came as it is. */
    private int inflatedLength = -1;

    private Admission(
        ServerExchanges exchanges, Request request, Response response, Callback callback) {
      super(callback);
      this.exchanges = exchanges;
      this.request = request;
      this.response = response;
      this.ofConnection = ConnectionBodies.find(request);
    }

    @Override
    public boolean reserve(int bytes) {
      long most = exchanges.configuration().maxQueueBytes();
      long own = reserved;
      if (ofConnection != null && !ofConnection.reserve(bytes, own, most / CONNECTIONS_AT_LEAST)) {
        return false;
      }
      if (!BodyBudget.jvm().reserve(bytes, own, most)) {
        if (ofConnection != null) {
          ofConnection.release(bytes);
        }
        return false;
      }
      RESERVED.addAndGet(this, bytes);
      if (hasEnded) {
        release();
        return false;
      }
      return true;
    }

    private void release() {
      long bytes = reserved > 0 ? RESERVED.getAndSet(this, 0) : 0;
      if (bytes > 0) {
        BodyBudget.jvm().release(bytes);
        if (ofConnection != null) {
          ofConnection.release(bytes);
        }
      }
    }

    @Override
    public void succeeded() {
      hasEnded = true;
      release();
      super.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
      hasEnded = true;
      release();
      super.failed(failure);
    }

    @Override
    public void complete(byte[] body) {
      if (request.getHeaders().contains(HttpHeader.CONTENT_ENCODING)
          && exchanges.configuration().operations().manners().decompression()) {
        String coding = Inflation.coding(request.getHeaders());
        if (coding != null) {
          inflate(coding, body);
          return;
        }
      }
      accept(body);
    }

    private void inflate(String coding, byte[] body) {
      if (!Inflation.isKnown(coding)) {
        refuse(Problems.unknownCoding(coding));
        return;
      }
      try {
        byte[] inflated = Inflation.inflate(body, exchanges.configuration().maxBodySize());
        release();
        if (reserve(inflated.length)) {
          inflatedLength = inflated.length;
          accept(inflated);
        } else {
          overBudget();
        }
      } catch (Inflation.TooLargeException e) {
        refuse(Problems.bodyTooLarge(exchanges.configuration().maxBodySize()));
      } catch (IOException e) {
        refuse(Problems.malformedCoding());
      }
    }

    private void accept(byte[] body) {
      ReplyMessage problem = BodyCharset.findProblem(request.getHeaders(), body);
      if (problem != null) {
        refuse(problem);
      } else {
        JettyResponder responder = new JettyResponder(exchanges, response, this);
        Duration patience = ClientPatience.of(request.getHeaders());
        if (patience == null) {
          exchanges.accept(message(body), responder);
        } else {
          exchanges.accept(message(body), patience, responder);
        }
      }
    }

    @Override
    public void tooLarge() {
      refuseEarly(Problems.bodyTooLarge(exchanges.configuration().maxBodySize()));
    }

    @Override
    public void tooSlow() {
      release();
      refuse(Problems.bodyTooSlow());
    }

    @Override
    public void overBudget() {
      refuseEarly(Problems.noMemory());
    }

    /** What has come of the body is held no longer, and the rest never. */
    private void refuseEarly(ReplyMessage problem) {
      release();
      EarlyAnswer.send(request, response, this, problem);
    }

    @Override
    public void unreadable(Throwable failure) {
      if (failure instanceof TimeoutException) {
        refuse(Problems.bodyTooSlow());
      } else {
        failed(failure);
      }
    }

    private void refuse(ReplyMessage problem) {
      new JettyResponder(response, this).respond(problem, done -> {});
    }

    private RequestMessage message(byte[] body) {
      HttpVersion version = request.getConnectionMetaData().getHttpVersion();
      boolean chunked = request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
      boolean hasBody =
          chunked || body.length > 0 || request.getHeaders().contains(HttpHeader.CONTENT_LENGTH);
      List<Header> headers = new ArrayList<>(request.getHeaders().size());
      if (version == HttpVersion.HTTP_2 && !request.getHeaders().contains(HttpHeader.HOST)) {
        // It goes by another name there, which queries need not know.
        headers.add(new Header("Host", nullToEmpty(request.getHttpURI().getAuthority())));
      }
      for (HttpField field : request.getHeaders()) {
        // It is no header of the client's.
        if (!field.is(ClientMark.HEADER)) {
          headers.add(new Header(field.getName(), nullToEmpty(field.getValue())));
        }
      }
      if (inflatedLength >= 0) {
        describeInflated(headers);
      }
      return new RequestMessage(
          request.getMethod(),
          request.getHttpURI().getPathQuery(),
          version.getVersion() / 10,
          version.getVersion() % 10,
          headers,
          hasBody ? body : null,
          chunked,
          Caller.nameOf(request));
    }

    /** Says of the body what it is now. */
    private void describeInflated(List<Header> headers) {
      headers.removeIf(header -> HttpHeader.CONTENT_ENCODING.is(header.name()));
      headers.replaceAll(
          header ->
              HttpHeader.CONTENT_LENGTH.is(header.name())
                  ? new Header(header.name(), Integer.toString(inflatedLength))
                  : header);
    }

    private static String nullToEmpty(@Nullable String text) {
      return text == null ? "" : text;
    }
  }
}
