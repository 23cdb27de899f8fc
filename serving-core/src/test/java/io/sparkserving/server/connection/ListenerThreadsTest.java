package io.sparkserving.server.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenerThreadsTest {
  private final ListenerThreads threads = new ListenerThreads("test");

  /** A connection that is to read on. */
  private static final class ReadingOn extends AbstractConnection implements Runnable {
    private final Consumer<Thread> reader;

    private ReadingOn(Executor executor, Consumer<Thread> reader) {
      super(new ByteArrayEndPoint(), executor);
      this.reader = reader;
    }

    @Override
    public void run() {
      reader.accept(Thread.currentThread());
    }

    @Override
    public void onFillable() {}
  }

  @BeforeEach
  void start() throws Exception {
    threads.start();
  }

  @AfterEach
  void stop() throws Exception {
    threads.stop();
  }

  @Test
  void aConnectionReadsOnWhereItsReplyCameFrom() {
    CompletableFuture<Thread> reader = new CompletableFuture<>();
    ListenerThreads.replying(null, () -> threads.execute(new ReadingOn(threads, reader::complete)));
    assertThat(reader).isCompletedWithValue(Thread.currentThread());
  }

  @Test
  void aConnectionThatReadsOnForAnotherReasonGetsAThreadOfTheListener() throws Exception {
    CompletableFuture<Thread> reader = new CompletableFuture<>();
    threads.execute(new ReadingOn(threads, reader::complete));
    assertThat(reader.get(10, TimeUnit.SECONDS).getName()).startsWith("test-");
  }

  @Test
  void anyOtherJobIsDoneByAThreadOfTheListener() throws Exception {
    CompletableFuture<Thread> worker = new CompletableFuture<>();
    threads.execute(() -> worker.complete(Thread.currentThread()));
    assertThat(worker.get(10, TimeUnit.SECONDS).getName()).startsWith("test-");
    assertThat(worker.get().isDaemon()).isTrue();
  }

  @Test
  void aThreadThatBroughtAReplyHandlesOneRequestAndNoMore() {
    for (int reply = 0; reply < 3; reply++) {
      List<Boolean> handled = new ArrayList<>();
      ReadingOn connection =
          new ReadingOn(threads, thread -> handled.add(ListenerThreads.mayHandle()));
      ListenerThreads.replying(
          null,
          () -> {
            threads.execute(connection);
            // An answer that is given at once has the connection read on again.
            ListenerThreads.replying(null, () -> threads.execute(connection));
            threads.execute(connection);
          });
      assertThat(handled).containsExactly(true, false, false);
    }
    assertThat(ListenerThreads.mayHandle()).as("when it does not reply").isFalse();
  }

  @Test
  void aThreadOfTheListenerHandlesAnyNumber() throws Exception {
    CompletableFuture<String> handled = new CompletableFuture<>();
    threads.execute(
        () ->
            handled.complete(
                "%s, then %s".formatted(ListenerThreads.mayHandle(), ListenerThreads.mayHandle())));
    assertThat(handled.get(10, TimeUnit.SECONDS)).isEqualTo("true, then true");
  }
}
