package io.sparkserving.server.connection;

import io.sparkserving.exchange.ServerExchanges;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one listener. When a reply is out, Jetty asks for a thread on which the connection
 * reads the next request. Where the reply came from a thread of another kind, such as a task's,
 * that thread does it at once: this waits for nothing, and is done sooner than another thread is
 * woken. A request that is there already is handled so too, which hands it to the very task that
 * has just become free; those behind it are not, as a client must not keep a task from its work.
 */
public final class ListenerThreads extends QueuedThreadPool {
  private static final ThreadLocal<Visit> VISITS = ThreadLocal.withInitial(Visit::new);

  /** What another thread does for a connection while it replies. */
  private static final class Visit {
    private boolean isReplying;
    private boolean isReading;
    private @Nullable ServerExchanges exchanges;
    private boolean hasHandled;
  }

  private static final class ListenerThread extends Thread {
    private ListenerThread(Runnable job) {
      super(job);
    }
  }

  public ListenerThreads(String name) {
    // Handlers never wait, so a few threads a core are plenty.
    super(Math.max(16, 4 * Runtime.getRuntime().availableProcessors()), 4);
    setName(name);
    setDaemon(true);
  }

  /**
   * Writes a reply. Jetty may come back from it with several requests, one after another, each when
   * the one before is answered; all of them are of the one visit that this thread makes.
   *
   * @param exchanges those of the server whose reply it is; null if it is no server's
   */
  public static void replying(@Nullable ServerExchanges exchanges, Runnable writing) {
    Visit visit = VISITS.get();
    if (isCurrent() || visit.isReplying) {
      writing.run();
      return;
    }
    visit.isReplying = true;
    visit.hasHandled = false;
    visit.exchanges = exchanges;
    try {
      writing.run();
    } finally {
      visit.isReplying = false;
      visit.exchanges = null;
    }
    if (visit.hasHandled && exchanges != null) {
      exchanges.watchRelay();
    }
  }

  @Override
  public void execute(Runnable job) {
    if (job instanceof Connection && !isCurrent() && VISITS.get().isReplying) {
      readOn(job, VISITS.get());
    } else {
      super.execute(job);
    }
  }

  private static void readOn(Runnable connection, Visit visit) {
    boolean wasReading = visit.isReading;
    visit.isReading = true;
    try {
      connection.run();
    } finally {
      visit.isReading = wasReading;
    }
  }

  /** The server whose next request the current thread may wait for, where that thread reads on. */
  static @Nullable ServerExchanges watching() {
    if (isCurrent()) {
      return null;
    }
    Visit visit = VISITS.get();
    return visit.isReading && !visit.hasHandled ? visit.exchanges : null;
  }

  /** Whether the current thread may handle one request more. */
  public static boolean mayHandle() {
    if (isCurrent()) {
      return true;
    }
    Visit visit = VISITS.get();
    boolean mayHandle = visit.isReplying && !visit.hasHandled;
    visit.hasHandled = true;
    return mayHandle;
  }

  private static boolean isCurrent() {
    return Thread.currentThread() instanceof ListenerThread;
  }

  @Override
  public Thread newThread(Runnable job) {
    Thread thread = new ListenerThread(job);
    thread.setDaemon(isDaemon());
    thread.setName(getName() + "-" + thread.getId());
    thread.setContextClassLoader(getClass().getClassLoader());
    return thread;
  }
}
