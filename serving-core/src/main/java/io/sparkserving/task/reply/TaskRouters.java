package io.sparkserving.task.reply;

import io.sparkserving.channel.ServiceEndpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * The routers of this JVM's running tasks. The functions and the sink of a task share one router,
 * so a reply that a function sends is on its way before the reply of the row itself. When the task
 * ends, its router delivers what is left.
 */
final class TaskRouters {
  private static final Map<Long, ReplyRouter> BY_TASK = new ConcurrentHashMap<>();

  private TaskRouters() {}

  /** The router of the task that this thread runs; outside tasks, a new one that nobody keeps. */
  static ReplyRouter current(List<ServiceEndpoints> endpoints) {
    TaskContext task = TaskContext.get();
    ReplyRouter router = task == null ? new ReplyRouter() : of(task);
    router.learn(endpoints);
    return router;
  }

  /** The router of a task, if it has one. */
  static @Nullable ReplyRouter find(TaskContext task) {
    return BY_TASK.get(task.taskAttemptId());
  }

  private static ReplyRouter of(TaskContext task) {
    return BY_TASK.computeIfAbsent(
        task.taskAttemptId(),
        id -> {
          ReplyRouter router = new ReplyRouter();
          task.addTaskCompletionListener(new FlushAtEnd(router));
          return router;
        });
  }

  private record FlushAtEnd(ReplyRouter router) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      BY_TASK.remove(task.taskAttemptId());
      try {
        router.flush();
      } catch (IOException e) {
        // A task that is killed has no more time to wait, and no more to fail.
        if (!task.isInterrupted()) {
          throw new UncheckedIOException("Cannot deliver replies", e);
        }
      }
    }
  }
}
