package io.sparkserving.protocols;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The types of a service, as the driver tells them. Who needs them can do without, and waits for a
 * moment only: all for the same word, and none once the driver has let the moment pass, until it
 * speaks again. All threads may call all methods, none of which blocks.
 */
final class LearnedTypes {
  /**
   * One asking.
   *
   * @param answer of the driver, with the types as they are known then
   * @param word the same, or that the moment has passed
   */
  private record Asked(CompletableFuture<ModelTypes> answer, CompletableFuture<ModelTypes> word) {}

  private final Supplier<CompletableFuture<byte[]>> driver;
  private final Duration moment;
  private final AtomicReference<@Nullable Asked> last = new AtomicReference<>();
  private volatile ModelTypes types = ModelTypes.UNKNOWN;
  private volatile boolean isSilent;

  /**
   * @param driver gives the service's OpenAPI document; does not block
   * @param moment for how long to wait for it
   */
  LearnedTypes(Supplier<CompletableFuture<byte[]>> driver, Duration moment) {
    this.driver = driver;
    this.moment = moment;
  }

  /** What is known. */
  ModelTypes known() {
    return types;
  }

  /** Takes what the driver has said. */
  ModelTypes learn(byte[] openApi) {
    types = ModelTypes.of(openApi);
    isSilent = false;
    return types;
  }

  /** What is known once the driver has told of outputs, or is not waited for. Never fails. */
  CompletableFuture<ModelTypes> get() {
    if (!types.outputs().isEmpty()) {
      return CompletableFuture.completedFuture(types);
    }
    CompletableFuture<ModelTypes> word = ask();
    return isSilent ? CompletableFuture.completedFuture(types) : word;
  }

  /** Asks, unless an answer is still to come. */
  private CompletableFuture<ModelTypes> ask() {
    Asked current = last.get();
    if (current != null && !current.answer().isDone()) {
      return current.word();
    }
    CompletableFuture<ModelTypes> answer = new CompletableFuture<>();
    CompletableFuture<ModelTypes> word = answer.copy();
    Asked mine = new Asked(answer, word);
    if (!last.compareAndSet(current, mine)) {
      return Objects.requireNonNull(last.get()).word();
    }
    word.completeOnTimeout(types, moment.toNanos(), TimeUnit.NANOSECONDS)
        .thenRun(() -> isSilent = isSilent || !answer.isDone());
    try {
      driver.get().whenComplete((document, failure) -> complete(answer, document));
    } catch (RuntimeException e) {
      answer.complete(types);
    }
    return word;
  }

  private void complete(CompletableFuture<ModelTypes> answer, byte @Nullable [] document) {
    try {
      answer.complete(document == null ? types : learn(document));
    } catch (IllegalArgumentException e) {
      answer.complete(types);
    }
  }
}
