package io.sparkserving.routing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * One router for each running task, for functions that cannot keep one of their own. It delivers
 * what is left when the task ends.
 */
final class TaskRouters {
  private static final Map<Long, ReplyRouter> BY_TASK = new ConcurrentHashMap<>();

  private TaskRouters() {}

  /** The router of the task that this thread runs; outside tasks, one that keeps nothing. */
  static ReplyRouter current(List<ServiceEndpoint> endpoints) {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return new ReplyRouter(endpoints);
    }
    return BY_TASK.computeIfAbsent(
        task.taskAttemptId(),
        id -> {
          ReplyRouter router = new ReplyRouter(endpoints);
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
        throw new UncheckedIOException("Cannot deliver replies", e);
      }
    }
  }
}
