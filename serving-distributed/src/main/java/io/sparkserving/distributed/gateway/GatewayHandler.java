package io.sparkserving.distributed.gateway;

import io.sparkserving.distributed.gateway.Backends.Ending;
import io.sparkserving.exchange.Problems;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Jetty's reverse proxy, with the choice of the server, and with what happens when a server fails.
 * The handler runs on Jetty's threads and never waits on them. The request that Jetty takes for the
 * client's is an {@link Attempt}.
 */
final class GatewayHandler extends ProxyHandler.Reverse {
  private static final String PSEUDONYM = "spark-serving";

  /** More than the 60 s that the client's connection may idle, which is to end first. */
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(90);

  /** Time in which the server's own 504 comes before the gateway's. */
  private static final Duration ANSWER_MARGIN = Duration.ofSeconds(2);

  private final GatewayConfiguration configuration;
  private final Backends backends;
  private final Scheduler scheduler;
  private final ClientSweep clients;
  private final LongAdder retries = new LongAdder();
  private volatile boolean stopping;

  GatewayHandler(GatewayConfiguration configuration, Backends backends, Scheduler scheduler) {
    // The server is chosen for each attempt; of the URI only path and query are used.
    super(Request::getHttpURI);
    this.configuration = configuration;
    this.backends = backends;
    this.scheduler = scheduler;
    this.clients = new ClientSweep(scheduler);
    setUseServerThreadPool(true);
    setViaHost(PSEUDONYM);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  protected HttpClient newHttpClient() {
    return ServerConnections.newClient(clients);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    clients.schedule();
  }

  @Override
  protected void doStop() throws Exception {
    clients.stop();
    super.doStop();
  }

  @Override
  protected void configureHttpClient(HttpClient client) {
    super.configureHttpClient(client);
    ServerConnections.configure(client, scheduler, configuration.limits().idleTimeout());
  }

  /** Returns how often a further attempt was made, or would have been had there been a server. */
  long retries() {
    return retries.sum();
  }

  /** Answers 503 to all open requests, and to requests that still come. */
  void abandonAll() throws Exception {
    stopping = true;
    getHttpClient().stop();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath();
    if (path == null || !configuration.isOfService(path)) {
      return false;
    }
    // The time that a request may wait is the service's to limit, not the connection's.
    request.addIdleTimeoutListener(timeout -> false);
    ProxiedRequest proxied = new ProxiedRequest(request, response, callback);
    if (request.getLength() > configuration.maxBodySize()) {
      // The server would say so too, and close the connection on which the body is being sent.
      proxied.answer(Problems.bodyTooLarge(configuration.maxBodySize()));
    } else {
      forward(proxied);
    }
    return true;
  }

  private void forward(ProxiedRequest proxied) {
    try {
      Attempt attempt = stopping ? null : proxied.next(backends);
      if (attempt == null) {
        proxied.answer(stopping ? Problems.stopped() : Problems.noServer());
      } else {
        forward(proxied, attempt);
      }
    } catch (Error e) {
      // Jetty's client, whose thread this may be, would tell nobody of it but the log.
      proxied.abandon(e);
      throw e;
    }
  }

  private void forward(ProxiedRequest proxied, Attempt attempt) {
    try {
      super.handle(attempt, proxied.response(), proxied.callback());
    } catch (RuntimeException e) {
      if (!attempt.end()) {
        return;
      }
      backends.release(attempt.server(), Ending.UNKNOWN);
      if (stopping) {
        proxied.answer(Problems.stopped());
      } else {
        proxied.abandon(e);
      }
    } catch (Error e) {
      if (attempt.end()) {
        backends.release(attempt.server(), Ending.UNKNOWN);
      }
      throw e;
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
    serverRequest.headers(
        headers -> {
          ForwardedHeaders.add(clientRequest, headers);
          configuration.mark().ifPresent(mark -> mark.put(clientRequest, headers));
        });
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
        backends.release(attempt.server(), ending(attempt, result.getResponse()));
      }
      // An answer may come before all of the body was sent, and the rest then fail.
      super.onComplete(new Result(result.getRequest(), result.getResponse()));
    }
  }

  /** A refusal that the client has brought about tells nothing of the server. */
  private static Ending ending(Attempt attempt, org.eclipse.jetty.client.Response answer) {
    if (!refuses(answer)) {
      return Ending.ANSWERED;
    }
    return attempt.hasClientLeft() ? Ending.UNKNOWN : Ending.FAILED;
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
    ProxiedRequest proxied = attempt.proxied();
    boolean connected = serverRequest.getConnection() != null && attempt.isConnected();
    boolean untouched = attempt.recall();
    Throwable clientFailure = attempt.body().failure();
    boolean known = clientFailure == null && !stopping && !response.isCommitted();
    boolean serverFailed = known && !attempt.hasClientLeft() && !(untouched && connected);
    backends.release(attempt.server(), serverFailed ? Ending.FAILED : Ending.UNKNOWN);
    if (clientFailure instanceof TimeoutException && !response.isCommitted()) {
      proxied.answer(Problems.bodyTooSlow());
    } else if (clientFailure != null || response.isCommitted()) {
      proxied.abandon(failure);
    } else if (stopping) {
      proxied.answer(Problems.stopped());
    } else if (untouched && !connected) {
      proxied.unreachable(attempt.server());
      retries.increment();
      forward(proxied);
    } else if (untouched && isOfTheRequest(failure)) {
      proxied.answer(Problems.badRequest("The gateway cannot pass this request on."));
    } else if (untouched) {
      proxied.stale(attempt.server());
      retries.increment();
      forward(proxied);
    } else if (failure instanceof TimeoutException) {
      proxied.answer(Problems.timedOut(answerTimeout().toMillis()));
    } else {
      proxied.answer(Problems.brokenOff());
    }
  }

  /** What Jetty's client cannot write on one connection it cannot write on any. */
  private static boolean isOfTheRequest(Throwable failure) {
    return failure instanceof IllegalArgumentException || failure instanceof HttpException;
  }
}
