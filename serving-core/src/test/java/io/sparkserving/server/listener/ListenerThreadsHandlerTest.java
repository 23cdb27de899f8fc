package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.server.connection.ListenerThreads;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenerThreadsHandlerTest {
  private final Map<String, Thread> threads = new ConcurrentHashMap<>();
  private final CompletableFuture<Runnable> firstReply = new CompletableFuture<>();
  private final Server server = new Server(new ListenerThreads("listener"));
  private final ServerConnector connector = new ServerConnector(server, 1, 1);

  /** Leaves the first reply to somebody else, gives the next at once, and cannot do any other. */
  private final class Steps extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String path = request.getHttpURI().getPath();
      threads.put(path, Thread.currentThread());
      ByteBuffer body = ByteBuffer.wrap(path.getBytes(StandardCharsets.UTF_8));
      switch (path) {
        case "/first" ->
            firstReply.complete(
                () -> ListenerThreads.replying(null, () -> response.write(true, body, callback)));
        case "/second" -> response.write(true, body, callback);
        default -> throw new IllegalStateException("Cannot handle " + path);
      }
      return true;
    }
  }

  @BeforeEach
  void start() throws Exception {
    server.addConnector(connector);
    server.setHandler(new ListenerThreadsHandler(new Steps()));
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void whatFailsOnAnotherThreadThanTheOneThatReadItIsAnsweredToo() throws Exception {
    try (RawHttp http = RawHttp.connect(connector.getLocalPort());
        RawHttp other = RawHttp.connect(connector.getLocalPort())) {
      for (String path : List.of("/first", "/second", "/third")) {
        http.send(RawRequest.get(path));
      }
      Runnable reply = firstReply.get(10, TimeUnit.SECONDS);
      // The one selector's thread takes up another connection once it is done with the first.
      assertThat(other.call(RawRequest.get("/second")).status()).isEqualTo(200);
      reply.run();

      assertThat(http.read().text()).isEqualTo("/first");
      assertThat(http.read().text()).isEqualTo("/second");
      assertThat(http.read().status()).isEqualTo(500);
      assertThat(threads.get("/second")).isSameAs(Thread.currentThread());
      assertThat(threads.get("/third")).isNotSameAs(Thread.currentThread());
    }
  }
}
