package io.sparkserving.server.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.options.ConnectionLimits;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawHttp2;
import io.sparkserving.testing.RawRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientWatchTest {
  private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
  private final CountDownLatch watched = new CountDownLatch(1);
  private final CountDownLatch sent = new CountDownLatch(1);
  private final PublicPort port =
      new PublicPort(
          new QueuedThreadPool(),
          "localhost",
          0,
          new TransportConfiguration(Optional.empty(), true, ConnectionLimits.DEFAULT));

  /** A request that is read and not answered. */
  private record Held(Request request, Response response, Callback callback) {
    private void answer() {
      response.write(true, ByteBuffer.wrap(new byte[] {'x'}), callback);
    }
  }

  /** Holds requests to {@code /held}, and answers all others. */
  private final class Holding extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Held each = new Held(request, response, callback);
      switch (request.getHttpURI().getPath()) {
        case "/held" -> held.add(each);
        case "/watched" -> answerWatched(each);
        default -> each.answer();
      }
      return true;
    }

    private void answerWatched(Held each) {
      watched.countDown();
      try {
        assertThat(sent.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      ClientWatch.isGone(each.request());
      each.answer();
    }
  }

  @BeforeEach
  void start() {
    port.start(new Holding(), "the test");
  }

  @AfterEach
  void stop() {
    port.stop();
  }

  private Held takeHeld() throws InterruptedException {
    Held taken = held.poll(30, TimeUnit.SECONDS);
    assertThat(taken).isNotNull();
    return taken;
  }

  /** A request without a body, which no answer can come before. */
  private static void get(RawHttp2 http, int stream, String path) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":method", "GET");
    headers.put(":scheme", "http");
    headers.put(":authority", "localhost");
    headers.put(":path", path);
    http.send(
        RawHttp2.HEADERS,
        RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
        stream,
        RawHttp2.headerBlock(headers));
  }

  private static void awaitGone(Held request) {
    await().until(() -> ClientWatch.isGone(request.request()));
  }

  @Test
  void aClientThatClosesItsConnectionIsGone() throws Exception {
    try (RawHttp http = RawHttp.connect(port.number())) {
      http.send(RawRequest.get("/held"));
      Held request = takeHeld();
      assertThat(ClientWatch.isGone(request.request())).isFalse();
      http.close();
      awaitGone(request);
    }
  }

  @Test
  void whatAClientSendsMeanwhileIsReadAfterTheAnswer() throws Exception {
    try (RawHttp http = RawHttp.connect(port.number())) {
      http.send(RawRequest.get("/held"));
      Held request = takeHeld();
      http.send(RawRequest.get("/next")).send(RawRequest.get("/held"));
      for (int i = 0; i < 100; i++) {
        assertThat(ClientWatch.isGone(request.request())).isFalse();
      }
      request.answer();
      assertThat(http.read().text()).isEqualTo("x");
      assertThat(http.read().text()).isEqualTo("x");
      takeHeld().answer();
      assertThat(http.read().text()).isEqualTo("x");
    }
  }

  /** Its thread finds the request answered that it has just handed on. */
  @Test
  void whatAClientHasSentIsReadThoughTheAnswerIsThereAtOnce() throws Exception {
    try (RawHttp http = RawHttp.connect(port.number())) {
      http.send(RawRequest.get("/watched"));
      assertThat(watched.await(30, TimeUnit.SECONDS)).isTrue();
      http.send(RawRequest.get("/next"));
      sent.countDown();
      assertThat(http.read().text()).isEqualTo("x");
      assertThat(http.read().text()).isEqualTo("x");
    }
  }

  @Test
  void aConnectionMayBeWatchedAtAnyTime() throws Exception {
    try (RawHttp http = RawHttp.connect(port.number())) {
      http.send(RawRequest.get("/held"));
      Held request = takeHeld();
      WatchedEndPoint connection =
          (WatchedEndPoint) request.request().getConnectionMetaData().getConnection().getEndPoint();
      request.answer();
      assertThat(http.read().text()).isEqualTo("x");
      AtomicBoolean isEnough = new AtomicBoolean();
      Thread watch =
          new Thread(
              () -> {
                while (!isEnough.get() && !connection.isClosedByClient()) {
                  Thread.onSpinWait();
                }
              });
      watch.start();
      try {
        for (int i = 0; i < 2_000; i++) {
          assertThat(http.call(RawRequest.get("/next")).text()).isEqualTo("x");
        }
      } finally {
        isEnough.set(true);
        watch.join();
      }
    }
  }

  @Test
  void aStreamOfHttp2IsGoneThatWasResetOrWhoseConnectionIsClosed() throws Exception {
    try (RawHttp2 http = RawHttp2.connect(port.number())) {
      get(http, 1, "/held");
      get(http, 3, "/held");
      Held first = takeHeld();
      Held second = takeHeld();
      assertThat(ClientWatch.isGone(first.request())).isFalse();
      http.send(RawHttp2.RST_STREAM, 0, 1, RawHttp2.number(8));
      awaitGone(first);
      assertThat(ClientWatch.isGone(second.request())).isFalse();
      http.close();
      awaitGone(second);
    }
  }

  /** A connection of HTTP/2 is read all the time: nobody else may read from it. */
  @Test
  void otherStreamsOfHttp2AreReadWhileOneIsLookedAfter() throws Exception {
    AtomicBoolean isEnough = new AtomicBoolean();
    try (RawHttp2 http = RawHttp2.connect(port.number())) {
      get(http, 1, "/held");
      Held request = takeHeld();
      Thread looking =
          new Thread(
              () -> {
                while (!isEnough.get() && !ClientWatch.isGone(request.request())) {
                  Thread.onSpinWait();
                }
              });
      looking.setDaemon(true);
      looking.start();
      for (int stream = 3; stream < 2_000; stream += 2) {
        get(http, stream, "/other");
        assertThat(http.readAnswers(1).get(0).text()).isEqualTo("x");
      }
      isEnough.set(true);
      request.answer();
      assertThat(http.readAnswers(1).get(0).text()).isEqualTo("x");
    }
  }
}
