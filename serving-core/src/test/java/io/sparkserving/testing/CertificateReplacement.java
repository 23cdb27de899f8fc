package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Puts another certificate into a server's files while clients connect to it. */
public final class CertificateReplacement {
  private static final int CLIENTS = 3;

  /** One client's connection and request; fails if anything goes wrong. */
  @FunctionalInterface
  public interface Call {
    void make() throws IOException;
  }

  private CertificateReplacement() {}

  /**
   * Fails if a call fails, or the server does not show the other certificate in the end.
   *
   * @param current of the server at this port, whose files are overwritten
   * @param client which trusts both
   */
  public static void underLoad(
      TestCertificate current, TestCertificate next, SSLContext client, int port, Call call)
      throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<Integer>> loads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        loads.add(clients.submit(() -> callUntil(done, call)));
      }
      // Between the two writes certificate and key are not of one pair.
      overwrite(current, next);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> shown(client, port).equals(next.certificate()));
      done.set(true);
      for (Future<Integer> load : loads) {
        assertThat(load.get(30, TimeUnit.SECONDS)).isPositive();
      }
    } finally {
      done.set(true);
      clients.shutdownNow();
    }
  }

  private static int callUntil(AtomicBoolean done, Call call) throws IOException {
    int calls = 0;
    while (!done.get()) {
      call.make();
      calls++;
    }
    return calls;
  }

  private static void overwrite(TestCertificate current, TestCertificate next) throws IOException {
    StandardCopyOption option = StandardCopyOption.REPLACE_EXISTING;
    Files.copy(next.certificateFile(), current.certificateFile(), option);
    Files.copy(next.keyFile(), current.keyFile(), option);
  }

  /** What the server at a port shows. */
  public static Certificate shown(SSLContext client, int port) throws IOException {
    try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("localhost", port)) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }
}
