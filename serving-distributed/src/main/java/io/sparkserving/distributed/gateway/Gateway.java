package io.sparkserving.distributed.gateway;

import io.sparkserving.channel.RequestBuffers;
import io.sparkserving.exchange.Problems;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.server.connection.EarlyAnswer;
import io.sparkserving.server.connection.ProblemErrorHandler;
import io.sparkserving.server.connection.PublicConnector;
import io.sparkserving.server.connection.UnknownPathHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * One address in front of all servers of a service, from {@link #start} to {@link #stop}. Each
 * request goes to the server with the fewest open requests. If that server cannot be reached, the
 * request goes to another, as long as no byte of the request was sent; after that, the client is
 * told of a failure: 502 if the server breaks off, 504 if the server is silent.
 *
 * <p>Bodies are streamed both ways. All threads are daemons, named after the port asked for.
 */
public final class Gateway {
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
  private static final Duration LAST_WRITES = Duration.ofMillis(500);

  private final GatewayConfiguration configuration;
  private final Server server;
  private final ServerConnector connector;
  private final GatewayHandler handler;
  private final GracefulHandler graceful;

  private Gateway(GatewayConfiguration configuration, Backends backends, List<Handler> others) {
    this.configuration = configuration;
    String name = "spark-serving-gateway-" + configuration.port();
    Scheduler timer = new ScheduledExecutorScheduler(name + "-timer", true);
    this.server = RequestBuffers.server(threadPool(name), timer);
    this.connector =
        PublicConnector.create(
            server,
            configuration.host(),
            configuration.port(),
            new TransportConfiguration(configuration.tls(), false, configuration.limits()));
    this.handler = new GatewayHandler(configuration, backends, timer);
    Handler.Sequence steps = new Handler.Sequence(handler);
    others.forEach(steps::addHandler);
    this.graceful =
        new GracefulHandler(steps) {
          @Override
          protected void handleShutdownRejection(
              Request request, Response response, Callback callback) {
            EarlyAnswer.send(request, response, callback, Problems.stopped());
          }
        };
    server.addConnector(connector);
    server.setHandler(graceful);
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopAtShutdown(false);
    server.setStopTimeout(0);
  }

  private static QueuedThreadPool threadPool(String name) {
    // Handlers never wait, so a few threads a core are plenty.
    int cores = Runtime.getRuntime().availableProcessors();
    QueuedThreadPool threads = new QueuedThreadPool(Math.max(16, 4 * cores), 4);
    threads.setName(name);
    threads.setDaemon(true);
    return threads;
  }

  /**
   * Binds the port, then passes requests on. When this returns, clients may call.
   *
   * @param backends the servers, now and later; may be empty, then requests are answered 503
   * @throws java.io.UncheckedIOException if the address cannot be bound
   * @throws IllegalArgumentException if the files that TLS needs are not what they should be
   */
  public static Gateway start(GatewayConfiguration configuration, Backends backends) {
    return start(configuration, backends, List.of(new UnknownPathHandler()));
  }

  /**
   * Starts a gateway as {@link #start(GatewayConfiguration, Backends)} does.
   *
   * @param others handlers that are asked in turn to answer what is not for the service; the last
   *     one answers whatever it gets
   */
  public static Gateway start(
      GatewayConfiguration configuration, Backends backends, List<Handler> others) {
    Gateway gateway = new Gateway(configuration, backends, others);
    PublicConnector.open(
        gateway.connector, "the gateway of service '%s'".formatted(configuration.service()));
    try {
      gateway.server.start();
    } catch (Exception e) {
      gateway.stop();
      throw new IllegalStateException("Cannot start the gateway at " + gateway.address(), e);
    }
    return gateway;
  }

  /** Returns the port that was bound; -1 after {@link #stop}. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Returns how many requests were sent to another server, or again, so far. */
  public long retries() {
    return handler.retries();
  }

  /**
   * Answers 503 to requests that come from now on. Servers may still answer those that are open.
   */
  public void refuse() {
    graceful.shutdown();
  }

  /**
   * Frees the port. Open requests get two seconds to be answered by their servers, and are then
   * answered 503. Takes no longer than about three seconds, however slow servers and clients are.
   */
  public void stop() {
    int port = port();
    // A thread that is told to end still has to see this through.
    boolean interrupted = Thread.interrupted();
    try {
      connector.close();
      if (handler.isRunning() && !isIdleWithin(LAST_ANSWERS)) {
        handler.abandonAll();
        isIdleWithin(LAST_WRITES);
      }
      interrupted |= Thread.interrupted();
      server.stop();
      PublicConnector.awaitFree(configuration.host(), port);
    } catch (Exception e) {
      throw new IllegalStateException("Cannot stop the gateway at " + address(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** False when interrupted, too; the thread's mark is then set. */
  private boolean isIdleWithin(Duration time) throws ExecutionException {
    try {
      graceful.shutdown().get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String address() {
    return configuration.host() + ":" + configuration.port();
  }
}
