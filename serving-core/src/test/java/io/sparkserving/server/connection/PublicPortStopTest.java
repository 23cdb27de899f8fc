package io.sparkserving.server.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Problems;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.testing.RawHttp;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients see that call while a port stops. */
@Timeout(120)
class PublicPortStopTest {
  private static final int STOPS = 40;
  private static final int CLIENTS = 4;

  /** Answers, or fails as Jetty does with requests that it has read when it closes connections. */
  private static final class Closing extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (request.getHttpURI().getPath().equals("/closed")) {
        callback.failed(new EofException());
      } else {
        new JettyResponder(response, callback).respond(Problems.stopped(), done -> {});
      }
      return true;
    }
  }

  private static PublicPort start() {
    PublicPort port =
        new PublicPort(new QueuedThreadPool(), "localhost", 0, TransportConfiguration.PLAIN);
    port.start(new Closing(), "the test");
    return port;
  }

  /** Calls a port over new connections until it is refused. */
  private static final class Caller extends Thread {
    private final int port;
    private final CountDownLatch called;
    private volatile boolean isLeftHanging;

    private Caller(int port, CountDownLatch called) {
      this.port = port;
      this.called = called;
    }

    @Override
    public void run() {
      while (true) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
          socket.setSoTimeout(5_000);
          socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
          int first = socket.getInputStream().read();
          called.countDown();
          if (first < 0) {
            return;
          }
        } catch (SocketTimeoutException e) {
          isLeftHanging = true;
          return;
        } catch (IOException e) {
          return;
        }
      }
    }
  }

  @Test
  void nobodyWhoConnectsWhileAPortStopsIsLeftHanging() throws Exception {
    int before = OpenConnections.CLIENTS.number();
    for (int i = 0; i < STOPS; i++) {
      PublicPort port = start();
      CountDownLatch called = new CountDownLatch(20);
      List<Caller> callers = new ArrayList<>();
      for (int j = 0; j < CLIENTS; j++) {
        Caller caller = new Caller(port.number(), called);
        caller.start();
        callers.add(caller);
      }
      assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();
      port.stop();
      for (Caller caller : callers) {
        caller.join();
        assertThat(caller.isLeftHanging).as("left hanging at stop %s", i).isFalse();
      }
      assertThat(OpenConnections.CLIENTS.number()).as("open after stop %s", i).isEqualTo(before);
    }
  }

  @Test
  void aRequestThatWasReadWhenItsConnectionIsClosedIsToldThatTheServerStops() throws Exception {
    PublicPort port = start();
    try (RawHttp http = RawHttp.connect(port.number())) {
      http.send("GET /closed HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(http.read().status()).isEqualTo(503);
    } finally {
      port.stop();
    }
  }
}
