package io.sparkserving.distributed.gateway;

import io.sparkserving.channel.PinnedTls;
import io.sparkserving.distributed.gateway.Backends.Ending;
import io.sparkserving.exchange.Problems;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's reverse proxy, with the choice of the server, and what happens when that one fails. Runs
 * on Jetty's threads and never waits on them. What is said of a request to Jetty as the client's is
 * an {@link Attempt}.
 */
final class GatewayHandler extends ProxyHandler.Reverse {
  private static final String PSEUDONYM = "spark-serving";
  private static final int MOST_HEADER_BYTES = 64 << 10;
  private static final int MOST_CONNECTIONS = 1 << 16;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** Less than the servers' own 60 s, so that they hardly ever close one that is to be used. */
  private static final Duration POOL_TIMEOUT = Duration.ofSeconds(30);

  /** More than the 60 s that the client's connection may idle: that one is to tell who stalls. */
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(90);

  /** The server's own 504 is to come first. */
  private static final Duration ANSWER_MARGIN = Duration.ofSeconds(2);

  private final GatewayConfiguration configuration;
  private final Backends backends;
  private final Scheduler scheduler;
  private final LongAdder retries = new LongAdder();
  private volatile boolean stopping;

  GatewayHandler(GatewayConfiguration configuration, Backends backends, Scheduler scheduler) {
    // The server is chosen for each attempt; of the URI only path and query are used.
    super(Request::getHttpURI);
    this.configuration = configuration;
    this.backends = backends;
    this.scheduler = scheduler;
    setUseServerThreadPool(true);
    setViaHost(PSEUDONYM);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  protected HttpClient newHttpClient() {
    ClientConnector connector =
        new ClientConnector() {
          @Override
          protected EndPoint newEndPoint(
              SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
            return new RecallableEndPoint((SocketChannel) channel, selector, key, getScheduler());
          }
        };
    connector.setReuseAddress(false);
    HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(connector);
    transport.setInvocationType(InvocationType.NON_BLOCKING);
    return new HttpClient(transport);
  }

  @Override
  protected void configureHttpClient(HttpClient client) {
    super.configureHttpClient(client);
    client.setScheduler(scheduler);
    client.setSslContextFactory(PinnedTls.toServers());
    client.setConnectTimeout(CONNECT_TIMEOUT.toMillis());
    client.setIdleTimeout(POOL_TIMEOUT.toMillis());
    client.setDestinationIdleTimeout(POOL_TIMEOUT.toMillis());
    // How many requests may wait is the servers' to limit.
    client.setMaxConnectionsPerDestination(MOST_CONNECTIONS);
    client.setMaxRequestsQueuedPerDestination(MOST_CONNECTIONS);
    client.setMaxRequestHeadersSize(MOST_HEADER_BYTES);
    client.setMaxResponseHeadersSize(MOST_HEADER_BYTES);
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
  }

  /** How often a further attempt was made, or would have been, had there been a server for it. */
  long retries() {
    return retries.sum();
  }

  /** Gives up on what is open: it is answered 503, and so is whatever still comes. */
  void abandonAll() throws Exception {
    stopping = true;
    getHttpClient().stop();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath();
    if (path == null || !(path + "/").startsWith("/" + configuration.path() + "/")) {
      return false;
    }
    // The time that a request may wait is the service's to limit, not the connection's.
    request.addIdleTimeoutListener(timeout -> false);
    Forwarding forwarding = new Forwarding(request, response, callback);
    if (request.getLength() > configuration.maxBodySize()) {
      // The server would say so too, and close the connection on which the body is being sent.
      forwarding.answer(Problems.bodyTooLarge(configuration.maxBodySize()));
    } else {
      forward(forwarding);
    }
    return true;
  }

  private void forward(Forwarding forwarding) {
    Attempt attempt = stopping ? null : forwarding.next(backends);
    if (attempt == null) {
      forwarding.answer(stopping ? Problems.stopped() : Problems.noServer());
      return;
    }
    try {
      super.handle(attempt, forwarding.response(), forwarding.callback());
    } catch (RuntimeException e) {
      if (!attempt.end()) {
        return;
      }
      backends.release(attempt.server(), Ending.UNKNOWN);
      if (stopping) {
        forwarding.answer(Problems.stopped());
      } else {
        forwarding.abandon(e);
      }
    }
  }

  @Override
  protected org.eclipse.jetty.client.Request newProxyToServerRequest(
      Request clientRequest, HttpURI uri) {
    Attempt attempt = (Attempt) clientRequest;
    return new VerbatimRequest(getHttpClient(), attempt.server().backend(), uri)
        .method(clientRequest.getMethod())
        .idleTimeout(STALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .onRequestBegin(sent -> attempt.begin(sent.getConnection()))
        .onRequestCommit(sent -> attempt.body().forget())
        .onRequestSuccess(sent -> attempt.awaitAnswer(answerTimeout()));
  }

  private Duration answerTimeout() {
    return configuration.requestTimeout().plus(ANSWER_MARGIN);
  }

  @Override
  protected void addProxyHeaders(
      Request clientRequest, org.eclipse.jetty.client.Request serverRequest) {
    super.addProxyHeaders(clientRequest, serverRequest);
    String address = Request.getRemoteAddr(clientRequest);
    String scheme = clientRequest.isSecure() ? "https" : "http";
    String host = clientRequest.getHeaders().get(HttpHeader.HOST);
    serverRequest.headers(
        headers -> {
          headers.computeField(
              HttpHeader.X_FORWARDED_FOR,
              (name, before) -> new HttpField(name, appended(before, address)));
          // What a proxy in front of this one says is nearer to the client.
          if (!headers.contains(HttpHeader.X_FORWARDED_PROTO)) {
            headers.put(HttpHeader.X_FORWARDED_PROTO, scheme);
          }
          if (host != null && !headers.contains(HttpHeader.X_FORWARDED_HOST)) {
            headers.put(HttpHeader.X_FORWARDED_HOST, host);
          }
        });
  }

  private static String appended(@Nullable List<HttpField> before, String address) {
    StringBuilder all = new StringBuilder();
    if (before != null) {
      before.forEach(field -> all.append(field.getValue()).append(", "));
    }
    return all.append(address).toString();
  }

  @Override
  protected org.eclipse.jetty.client.Response.CompleteListener newServerToProxyResponseListener(
      Request clientRequest,
      org.eclipse.jetty.client.Request serverRequest,
      Response response,
      Callback callback) {
    return new AnswerListener((Attempt) clientRequest, serverRequest, response, callback);
  }

  /** Passes the answer on, and keeps the books of the server that gives it. */
  private final class AnswerListener extends ProxyResponseListener {
    private final Attempt attempt;

    AnswerListener(
        Attempt attempt,
        org.eclipse.jetty.client.Request serverRequest,
        Response response,
        Callback callback) {
      super(attempt, serverRequest, response, callback);
      this.attempt = attempt;
    }

    @Override
    public void onHeaders(org.eclipse.jetty.client.Response answer) {
      attempt.takeAnswer(STALL_TIMEOUT);
      super.onHeaders(answer);
    }

    @Override
    public void onComplete(Result result) {
      if (result.getResponseFailure() != null) {
        super.onComplete(result);
        return;
      }
      if (attempt.end()) {
        backends.release(
            attempt.server(), refuses(result.getResponse()) ? Ending.FAILED : Ending.ANSWERED);
      }
      // An answer may come before all of the body was sent, and the rest then fail.
      super.onComplete(new Result(result.getRequest(), result.getResponse()));
    }
  }

  /**
   * A server that refuses is done sooner than one that works, and would get all requests for it.
   */
  private static boolean refuses(org.eclipse.jetty.client.Response answer) {
    return answer.getStatus() == HttpStatus.SERVICE_UNAVAILABLE_503
        && answer.getHeaders().contains(HttpHeader.CONTENT_TYPE, "application/problem+json");
  }

  @Override
  protected void onServerToProxyResponseFailure(
      Request clientRequest,
      org.eclipse.jetty.client.Request serverRequest,
      org.eclipse.jetty.client.Response answer,
      Response response,
      Callback callback,
      Throwable failure) {
    Attempt attempt = (Attempt) clientRequest;
    if (!attempt.end()) {
      return;
    }
    Forwarding forwarding = attempt.forwarding();
    boolean connected = serverRequest.getConnection() != null && attempt.isConnected();
    boolean untouched = attempt.recall();
    Throwable clientFailure = attempt.body().failure();
    boolean known = clientFailure == null && !stopping && !response.isCommitted();
    boolean serverFailed = known && !(untouched && connected);
    backends.release(attempt.server(), serverFailed ? Ending.FAILED : Ending.UNKNOWN);
    if (clientFailure instanceof TimeoutException && !response.isCommitted()) {
      forwarding.answer(Problems.bodyTooSlow());
    } else if (clientFailure != null || response.isCommitted()) {
      forwarding.abandon(failure);
    } else if (stopping) {
      forwarding.answer(Problems.stopped());
    } else if (untouched && !connected) {
      forwarding.unreachable(attempt.server());
      retries.increment();
      forward(forwarding);
    } else if (untouched && isOfTheRequest(failure)) {
      forwarding.answer(Problems.badRequest("The gateway cannot pass this request on."));
    } else if (untouched) {
      forwarding.stale();
      retries.increment();
      forward(forwarding);
    } else if (failure instanceof TimeoutException) {
      forwarding.answer(Problems.timedOut(answerTimeout().toMillis()));
    } else {
      forwarding.answer(Problems.brokenOff());
    }
  }

  /** What Jetty's client cannot write on one connection it cannot write on any. */
  private static boolean isOfTheRequest(Throwable failure) {
    return failure instanceof IllegalArgumentException || failure instanceof HttpException;
  }
}
