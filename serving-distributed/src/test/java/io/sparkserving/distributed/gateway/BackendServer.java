package io.sparkserving.distributed.gateway;

import io.sparkserving.channel.ChannelIdentity;
import io.sparkserving.driver.cluster.Backend;
import io.sparkserving.options.ConnectionLimits;
import io.sparkserving.options.TlsConfiguration;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.server.connection.PublicConnector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * A Jetty server behind a gateway. It answers every request with that request's body, and says in a
 * header who it is; requests to {@code .../hold} wait until they are let go. What else is wanted is
 * a behaviour of the test's own.
 */
final class BackendServer implements AutoCloseable {
  /** May block. */
  interface Behaviour {
    void handle(BackendServer self, Request request, Response response, Callback callback)
        throws Exception;
  }

  private final String id;
  private final boolean tls;
  private final Server server;
  private final ServerConnector connector;
  private final List<String> received = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch letGo = new CountDownLatch(1);

  private BackendServer(String id, int port, Behaviour behaviour, Optional<TlsConfiguration> tls) {
    this.id = id;
    QueuedThreadPool threads = new QueuedThreadPool(100);
    threads.setName("backend-" + id);
    threads.setDaemon(true);
    this.server = new Server(threads, new ScheduledExecutorScheduler("backend-timer", true), null);
    this.tls = tls.isPresent();
    this.connector =
        PublicConnector.create(
            server,
            "localhost",
            port,
            new TransportConfiguration(tls, tls.isPresent(), ConnectionLimits.DEFAULT));
    server.addConnector(connector);
    server.setStopTimeout(0);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            received.add(request.getHttpURI().getPathQuery());
            response.getHeaders().put("X-Server", id);
            behaviour.handle(BackendServer.this, request, response, callback);
            return true;
          }
        });
  }

  static BackendServer echo(String id) throws Exception {
    return start(id, 0, BackendServer::echoOrHold);
  }

  static BackendServer with(String id, Behaviour behaviour) throws Exception {
    return start(id, 0, behaviour);
  }

  static BackendServer echoAt(String id, int port) throws Exception {
    return start(id, port, BackendServer::echoOrHold);
  }

  static BackendServer tls(String id, int port, TlsConfiguration tls) throws Exception {
    return tls(id, port, tls, BackendServer::echoOrHold);
  }

  static BackendServer tls(String id, int port, TlsConfiguration tls, Behaviour behaviour)
      throws Exception {
    BackendServer backend = new BackendServer(id, port, behaviour, Optional.of(tls));
    backend.server.start();
    return backend;
  }

  private static BackendServer start(String id, int port, Behaviour behaviour) throws Exception {
    BackendServer backend = new BackendServer(id, port, behaviour, Optional.empty());
    backend.server.start();
    return backend;
  }

  static void echoOrHold(BackendServer self, Request request, Response response, Callback callback)
      throws Exception {
    String type = request.getHeaders().get("Content-Type");
    ByteBuffer body = Content.Source.asByteBuffer(request);
    if (Request.getPathInContext(request).endsWith("/hold")) {
      self.letGo.await(30, TimeUnit.SECONDS);
    }
    if (type != null) {
      response.getHeaders().put("Content-Type", type);
    }
    response.write(true, body, callback);
  }

  Backend backend() {
    return new Backend(
        id,
        "localhost",
        connector.getLocalPort(),
        tls ? ChannelIdentity.ofServers().fingerprint() : null);
  }

  /** Path and query of every request that came, in their order. */
  List<String> received() {
    return received;
  }

  void letGo() {
    letGo.countDown();
  }

  static void answer(Response response, Callback callback, int status, String text) {
    response.setStatus(status);
    response.write(true, BufferUtil.toBuffer(text), callback);
  }

  /** Closes the port and every connection, whatever is open. */
  @Override
  public void close() throws Exception {
    letGo();
    server.stop();
  }

  /** The same, without letting anything go first. */
  void kill() throws Exception {
    connector.close();
    connector.getConnectedEndPoints().forEach(endPoint -> endPoint.close());
    server.stop();
  }
}
