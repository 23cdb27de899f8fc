package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.driver.ServiceRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * A service that listens. Closing it stops the query, and fails if the query had failed before, if
 * an exchange stayed open, or if name or port are not free afterwards.
 */
final class LiveService implements AutoCloseable {

  private final String api;
  private final String name;
  private final StreamingQuery query;
  private final int port;
  private boolean portIsShared;

  LiveService(ServiceSpec spec, StreamingQuery query, int port) {
    this.api = spec.api();
    this.name = spec.name();
    this.query = query;
    this.port = port;
  }

  StreamingQuery query() {
    return query;
  }

  int port() {
    return port;
  }

  String path() {
    return api.startsWith("/") ? api : "/" + api;
  }

  /** Another service goes on listening on the port when this one stops. */
  LiveService sharingPort() {
    portIsShared = true;
    return this;
  }

  RawHttp connect() throws IOException {
    return RawHttp.connect(port);
  }

  /** One request on a connection of its own, to the path of the service and what is given. */
  RawResponse get(String below) throws IOException {
    return call(RawRequest.get(path() + below));
  }

  RawResponse post(String body) throws IOException {
    return call(RawRequest.post(path(), body));
  }

  RawResponse call(RawRequest request) throws IOException {
    try (RawHttp http = connect()) {
      return http.call(request);
    }
  }

  ServiceState state() {
    return Probes.state(name);
  }

  /** Waits until no request is open any more. */
  void awaitNothingOpen() {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(state().openExchanges()).isZero());
  }

  void stop() throws TimeoutException {
    query.stop();
  }

  /** As the helpers' {@code stop()} does before it stops the query. */
  void drain() {
    try {
      ServiceRegistry.jvm().ofQuery(query.id().toString()).drain();
    } catch (InterruptedException e) {
      throw new AssertionError("Cannot drain " + name, e);
    }
  }

  @Override
  public void close() throws Exception {
    assertThat(query.exception().isEmpty())
        .withFailMessage(() -> "The query failed: " + query.exception())
        .isTrue();
    state(); // The probes are to know it after its end.
    query.stop();
    assertThat(state().openExchanges()).as("open exchanges after the end").isZero();
    assertThatThrownBy(() -> Serving.serviceInfo(name))
        .as("service info of %s after its end", name)
        .isInstanceOf(IllegalArgumentException.class);
    if (!portIsShared) {
      assertThatCode(this::bindPort).as("port %s after the end", port).doesNotThrowAnyException();
    }
  }

  /** Fails if anybody listens. A client anywhere on the machine may have the port by chance. */
  private void bindPort() throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("localhost"), port);
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address);
    } catch (BindException e) {
      try (Socket caller = new Socket()) {
        assertThatExceptionOfType(ConnectException.class)
            .as("%s", e)
            .isThrownBy(() -> caller.connect(address));
      }
    }
  }
}
