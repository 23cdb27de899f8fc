package io.sparkserving.task.source;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.task.reply.ReplyRouter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a running task that are with stages of this library, which hold rows for a while and
 * then give all of them on. A source that knows can tell them from rows that wait for the end of
 * the task, and from rows of which nothing comes. A stage holds a row from when it gets it until
 * what came of the row is through, which it sees by being asked for another one. All threads may
 * call all methods.
 */
public final class HeldRows {
  private static final Map<Long, HeldRows> BY_TASK = new ConcurrentHashMap<>();

  /** The request of a row. */
  public record Key(String serverId, long requestId) {}

  private final TaskContext task;
  private final AtomicLong number = new AtomicLong();

  /** How many rows of a request the stages have. */
  private final Map<Key, Integer> requests = new ConcurrentHashMap<>();

  /** The request of which the source has given a row last; others of its rows may come yet. */
  @GuardedBy("this")
  private @Nullable Key current;

  /** Whether stages have had all rows of the current request that came so far. */
  @GuardedBy("this")
  private boolean isCurrentThrough;

  private HeldRows(TaskContext task) {
    this.task = task;
  }

  /** Returns the one of a task, of all of its stages. */
  public static HeldRows of(TaskContext task) {
    return BY_TASK.computeIfAbsent(
        task.taskAttemptId(),
        id -> {
          task.addTaskCompletionListener(new Forget());
          return new HeldRows(task);
        });
  }

  /** Returns of how many requests the stages of a task have rows; 0 if it has no stage. */
  static long number(TaskContext task) {
    HeldRows rows = BY_TASK.get(task.taskAttemptId());
    return rows == null ? 0 : rows.number.get();
  }

  /** Returns the requests of a server whose rows the stages of a task have. */
  static Set<Long> requests(TaskContext task, String serverId) {
    HeldRows rows = BY_TASK.get(task.taskAttemptId());
    return rows == null
        ? Set.of()
        : rows.requests.keySet().stream()
            .filter(key -> key.serverId().equals(serverId))
            .map(Key::requestId)
            .collect(Collectors.toSet());
  }

  /**
   * Returns whether a request that a task took is through without an answer, now that the task's
   * source is asked for another one: its row was dropped on the way.
   */
  public static boolean isDropped(TaskContext task, String serverId, Exchange taken) {
    if (taken.isAnswered() || !ReplyRouter.passesRowByRow(task)) {
      return false;
    }
    HeldRows rows = BY_TASK.get(task.taskAttemptId());
    return rows == null || !rows.requests.containsKey(new Key(serverId, taken.id()));
  }

  /** Notes that a task's source gives the row of a request. */
  public static void sourceGives(TaskContext task, String serverId, long requestId) {
    HeldRows rows = BY_TASK.get(task.taskAttemptId());
    if (rows != null) {
      rows.begin(new Key(serverId, requestId));
    }
  }

  /**
   * Notes that a task's source is asked for another row: all that comes of the one before has come
   * by now.
   */
  public static void sourceIsAsked(TaskContext task) {
    HeldRows rows = BY_TASK.get(task.taskAttemptId());
    if (rows != null) {
      rows.endCurrent();
    }
  }

  private synchronized void begin(Key request) {
    current = request;
    isCurrentThrough = false;
  }

  private void endCurrent() {
    Key through;
    synchronized (this) {
      through = isCurrentThrough ? current : null;
      current = null;
    }
    if (through != null) {
      end(through);
    }
  }

  /** Whether it is for the source to end a request, as other rows of it may come. */
  private synchronized boolean isForSource(Key request) {
    isCurrentThrough = isCurrentThrough || request.equals(current);
    return request.equals(current);
  }

  /**
   * Notes that a stage has got a row.
   *
   * @param request of the row; null if it names none
   */
  public void add(@Nullable Key request) {
    if (request == null || requests.merge(request, 1, Integer::sum) == 1) {
      number.incrementAndGet();
    }
  }

  /**
   * Notes that a row which a stage had is through, and ends its request if nothing came of it.
   *
   * @param request of the row; null if it names none
   */
  public void remove(@Nullable Key request) {
    boolean isLast = request == null || requests.merge(request, -1, HeldRows::sumOrNothing) == null;
    if (request != null && isLast && !isForSource(request)) {
      end(request);
    }
    if (isLast) {
      number.decrementAndGet();
    }
  }

  @SuppressWarnings("NullAway") // Null has the map forget the request.
  private static @Nullable Integer sumOrNothing(int before, int more) {
    return before + more == 0 ? null : before + more;
  }

  /** Ends a request that no stage has any more, and of which nothing can come. */
  private void end(Key request) {
    ServerExchanges server = LocalServers.find(request.serverId());
    if (server != null && !requests.containsKey(request) && ReplyRouter.passesRowByRow(task)) {
      server.endWithoutReply(request.requestId());
    }
  }

  private record Forget() implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      BY_TASK.remove(task.taskAttemptId());
    }
  }
}
