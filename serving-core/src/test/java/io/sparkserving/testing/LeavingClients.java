package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients who leave while their requests wait behind one that is held, and others who stay. */
final class LeavingClients {
  private LeavingClients() {}

  /**
   * Lets some leave, and checks that the query computes the requests of those alone who stay.
   *
   * @param gate closed, of the service, whose tasks take one request at a time
   * @param port of the service or of what is in front of it
   * @param wait after which whoever has left is known to have
   */
  static void call(LiveService service, Gate gate, int port, Duration wait) throws Exception {
    String path = service.path();
    try (RawHttp held = RawHttp.connect(port);
        RawHttp leaving = RawHttp.connect(port);
        RawHttp resetting = RawHttp.connect(port)) {
      held.send(RawRequest.get(path + Gate.HELD));
      gate.awaitHeld();
      List<RawHttp> staying = new ArrayList<>();
      // As many as a task may have taken ahead.
      for (int i = 0; i < 3; i++) {
        staying.add(RawHttp.connect(port).send(RawRequest.get(path + "/staying" + i)));
        awaitAccepted(service, 2 + i);
      }
      leaving.send(RawRequest.get(path + "/leaving"));
      resetting.send(RawRequest.get(path + "/resetting"));
      awaitAccepted(service, 6);
      leaving.close();
      resetting.reset();
      staying.add(RawHttp.connect(port).send(RawRequest.get(path + "/last")));
      awaitAccepted(service, 7);
      long begun = System.nanoTime();
      await().until(() -> System.nanoTime() - begun > wait.toNanos());
      gate.open();
      assertThat(held.read().status()).isEqualTo(200);
      for (RawHttp each : staying) {
        assertThat(each.read().status()).isEqualTo(200);
        each.close();
      }
      assertThat(gate.hasSeen(path + "/last")).isTrue();
      assertThat(gate.hasSeen(path + "/leaving")).as("computed for a client who left").isFalse();
      assertThat(gate.hasSeen(path + "/resetting")).as("computed for a reset one").isFalse();
    }
  }

  private static void awaitAccepted(LiveService service, int requests) {
    await().atMost(Duration.ofSeconds(30)).until(() -> service.state().accepted() >= requests);
  }
}
