package io.sparkserving.exchange;

import static org.awaitility.Awaitility.await;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Something that is done once, on a thread of its own. */
final class BackgroundTask<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  private BackgroundTask(Callable<T> call) {
    task = new FutureTask<>(call);
    thread = new Thread(task, "background");
    thread.setDaemon(true);
  }

  static <T> BackgroundTask<T> start(Callable<T> call) {
    BackgroundTask<T> started = new BackgroundTask<>(call);
    started.thread.start();
    return started;
  }

  /** Whether the thread waits for something that has an end. */
  boolean isAsleep() {
    return thread.getState() == Thread.State.TIMED_WAITING;
  }

  void awaitAsleep() {
    await().until(this::isAsleep);
  }

  boolean isDone() {
    return task.isDone();
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Waits for the result. */
  T result() throws Exception {
    return task.get(30, TimeUnit.SECONDS);
  }
}
