package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.awaitility.Awaitility;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Without Jetty's selector, which only reading needs. */
final class RecallableEndPointTest {
  private ServerSocket listening;
  private Socket server;
  private SocketChannel channel;
  private RecallableEndPoint endPoint;

  @BeforeEach
  @SuppressWarnings("NullAway")
  void connect() throws IOException {
    listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    channel =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()));
    channel.configureBlocking(false);
    server = listening.accept();
    server.setSoTimeout(200);
    Scheduler timer = new ScheduledExecutorScheduler("end-point-timer", true);
    endPoint = new RecallableEndPoint(channel, null, null, timer, new ClientSweep(timer));
    endPoint.beginRequest();
  }

  @AfterEach
  void close() throws IOException {
    channel.close();
    server.close();
    listening.close();
  }

  @Test
  void whatWasRecalledBeforeItWasWrittenIsNeverWritten() {
    assertThat(endPoint.recallRequest()).isTrue();
    assertThat(endPoint.recallRequest()).isTrue();

    assertThatThrownBy(() -> endPoint.flush(text("request"))).isInstanceOf(EofException.class);
    assertThatThrownBy(() -> server.getInputStream().read()).hasMessageContaining("timed out");
  }

  @Test
  void whatWasWrittenCannotBeRecalled() throws IOException {
    endPoint.flush(text("request"));

    assertThat(endPoint.recallRequest()).isFalse();
    assertThat(server.getInputStream().readNBytes(7)).hasSize(7);
  }

  @Test
  void writingNothingLeavesARequestRecallable() throws IOException {
    endPoint.flush(BufferUtil.EMPTY_BUFFER);

    assertThat(endPoint.recallRequest()).isTrue();
  }

  @Test
  void theNextRequestOnAConnectionCanBeRecalledAnew() throws IOException {
    endPoint.flush(text("request"));
    endPoint.beginRequest();

    assertThat(endPoint.recallRequest()).isTrue();
  }

  @Test
  void aRequestIsNotWrittenToAConnectionThatTheServerHasClosed() throws Exception {
    server.close();
    Awaitility.await().until(() -> channel.read(ByteBuffer.allocate(1)) < 0);

    assertThatThrownBy(() -> endPoint.flush(text("request"))).isInstanceOf(EofException.class);
    assertThat(endPoint.recallRequest()).isTrue();
  }

  @Test
  void aRequestIsNotWrittenToAConnectionOnWhichTheServerSpeaksFirst() throws Exception {
    server.getOutputStream().write("HTTP/1.1 408 Request Timeout\r\n\r\n".getBytes("ASCII"));
    Awaitility.await().until(() -> channel.read(ByteBuffer.allocate(1)) > 0);

    assertThatThrownBy(() -> endPoint.flush(text("request"))).isInstanceOf(EofException.class);
    assertThat(endPoint.recallRequest()).isTrue();
  }

  @Test
  void aWriteThatIsRefusedLeavesARequestRecallable() throws Exception {
    endPoint.flush(text("first"));
    server.setSoLinger(true, 0);
    server.close();
    endPoint.beginRequest();

    assertThatThrownBy(() -> endPoint.flush(text("request"))).isInstanceOf(EofException.class);
    assertThat(endPoint.recallRequest()).isTrue();
  }

  private static ByteBuffer text(String text) {
    return BufferUtil.toBuffer(text);
  }
}
