package io.sparkserving.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request whose body was too large, once its answer is written and the excess of its body
 * read, in whichever order these come. Ended earlier, the connection would be reset under a client
 * that still sends, which then never reads its answer.
 */
final class AnswerThenExcess implements Callback {
  private final Consumer<@Nullable Throwable> finish;
  private final AtomicInteger remaining = new AtomicInteger(2);
  private volatile @Nullable Throwable failure;

  AnswerThenExcess(Consumer<@Nullable Throwable> finish) {
    this.finish = finish;
  }

  @Override
  public void succeeded() {
    step();
  }

  @Override
  public void failed(Throwable x) {
    failure = x;
    step();
  }

  void excessRead() {
    step();
  }

  private void step() {
    if (remaining.decrementAndGet() == 0) {
      finish.accept(failure);
    }
  }
}
