package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.exchange.Problems;
import io.sparkserving.options.ClientCertificates;
import io.sparkserving.options.TlsConfiguration;
import io.sparkserving.server.connection.ClientWatch;
import io.sparkserving.server.connection.JettyResponder;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.TestCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server behind a gateway learns of a client who leaves before the answer. */
@Timeout(60)
final class GatewayClientTest {
  private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();

  /** A request that is at the server, and not answered. */
  private record Held(Request request, Response response, Callback callback) {
    private boolean isAbandoned() {
      return ClientWatch.isGone(request);
    }

    private void awaitAbandoned() {
      await().atMost(Duration.ofSeconds(30)).until(this::isAbandoned);
    }

    private void answer(String text) {
      BackendServer.answer(response, callback, 200, text);
    }

    /** As a server does with what nobody waits for. */
    private void drop() {
      new JettyResponder(response, callback).respond(Problems.stopped(), done -> {});
    }
  }

  private BackendServer holding(String id) throws Exception {
    return BackendServer.with(id, this::hold);
  }

  private void hold(BackendServer self, Request request, Response response, Callback callback) {
    held.add(new Held(request, response, callback));
  }

  private Held takeHeld() throws InterruptedException {
    Held taken = held.poll(30, TimeUnit.SECONDS);
    assertThat(taken).isNotNull();
    return taken;
  }

  @Test
  void theServerLearnsOfAClientWhoClosesItsConnection() throws Exception {
    try (BackendServer server = holding("a")) {
      Backends backends = Gateways.to(server);
      Gateway gateway = Gateways.start(backends);
      try (RawHttp staying = RawHttp.connect(gateway.port());
          RawHttp leaving = RawHttp.connect(gateway.port());
          RawHttp resetting = RawHttp.connect(gateway.port())) {
        staying.send(RawRequest.post("/api", "staying"));
        Held stays = takeHeld();
        leaving.send(RawRequest.post("/api", "leaving"));
        Held leaves = takeHeld();
        resetting.send(RawRequest.get("/api"));
        Held resets = takeHeld();
        leaving.close();
        resetting.reset();
        leaves.awaitAbandoned();
        resets.awaitAbandoned();
        assertThat(stays.isAbandoned()).isFalse();
        leaves.drop();
        resets.answer("nobody reads this");
        stays.answer("still here");
        assertThat(staying.read().text()).isEqualTo("still here");
        Gateways.awaitIdle(backends);
      } finally {
        gateway.stop();
      }
    }
  }

  @Test
  void aServerBehindTlsLearnsOfItToo(@TempDir Path folder) throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "server");
    TlsConfiguration files =
        new TlsConfiguration(
            Optional.of(certificate.certificateFile().toString()),
            Optional.of(certificate.keyFile().toString()),
            Optional.empty(),
            Optional.empty(),
            ClientCertificates.NONE,
            Optional.empty());
    try (BackendServer server = BackendServer.tls("a", 0, files, this::hold)) {
      Gateway gateway = Gateways.start(Gateways.to(server));
      try (RawHttp leaving = RawHttp.connect(gateway.port());
          RawHttp next = RawHttp.connect(gateway.port())) {
        leaving.send(RawRequest.post("/api", "leaving"));
        Held leaves = takeHeld();
        leaving.close();
        leaves.awaitAbandoned();
        leaves.answer("nobody reads this");
        next.send(RawRequest.get("/api"));
        takeHeld().answer("next");
        assertThat(next.read().text()).isEqualTo("next");
      } finally {
        gateway.stop();
      }
    }
  }

  /** Such a client gets what it would get of the server itself. */
  @Test
  void aClientWhoEndsItsOutputAloneStillGetsTheServersAnswer() throws Exception {
    try (BackendServer server = holding("a")) {
      Gateway gateway = Gateways.start(Gateways.to(server));
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        client.send(RawRequest.post("/api", "whole"));
        client.endOutput();
        Held request = takeHeld();
        request.awaitAbandoned();
        request.answer("computed already");
        assertThat(client.read().text()).isEqualTo("computed already");
      } finally {
        gateway.stop();
      }
    }
  }

  @Test
  void aServerThatDropsWhatNobodyWaitsForIsNotTakenForOneThatFails() throws Exception {
    try (BackendServer server = holding("a");
        BackendServer other = BackendServer.echo("b")) {
      Backends backends = Gateways.to(server);
      Gateway gateway = Gateways.start(backends);
      try (RawHttp leaving = RawHttp.connect(gateway.port())) {
        leaving.send(RawRequest.get("/api"));
        Held leaves = takeHeld();
        leaving.endOutput();
        leaves.awaitAbandoned();
        leaves.drop();
        assertThat(leaving.read().status()).isEqualTo(503);
        Gateways.awaitIdle(backends);
        backends.set(List.of(server.backend(), other.backend()));
        try (RawHttp first = RawHttp.connect(gateway.port());
            RawHttp second = RawHttp.connect(gateway.port())) {
          // The other one holds none of these, so a server that is skipped would get none.
          first.send(RawRequest.get("/api"));
          second.send(RawRequest.get("/api"));
          takeHeld().answer("not skipped");
        }
      } finally {
        gateway.stop();
      }
    }
  }

  @Test
  void whatAClientSendsWhileItWaitsIsReadAfterTheAnswer() throws Exception {
    try (BackendServer server = holding("a")) {
      Gateway gateway = Gateways.start(Gateways.to(server));
      try (RawHttp client = RawHttp.connect(gateway.port());
          RawHttp gone = RawHttp.connect(gateway.port())) {
        client.send(RawRequest.post("/api", "first"));
        Held first = takeHeld();
        client.send(RawRequest.post("/api", "second")).send(RawRequest.post("/api", "third"));
        // Two sweeps or more are over when it is known that this one has left.
        gone.send(RawRequest.get("/api"));
        Held leaves = takeHeld();
        gone.close();
        leaves.awaitAbandoned();
        assertThat(first.isAbandoned()).isFalse();
        for (Held each = first; each != null; each = held.poll(1, TimeUnit.SECONDS)) {
          each.answer("answer");
          assertThat(client.read().text()).isEqualTo("answer");
        }
        assertThat(server.received()).hasSize(4);
      } finally {
        gateway.stop();
      }
    }
  }
}
