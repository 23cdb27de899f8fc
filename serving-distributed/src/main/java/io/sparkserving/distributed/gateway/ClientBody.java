package io.sparkserving.distributed.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.Objects;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The body of a client's request, streamed to one reader after another. The reader that came last
 * has the body; readers before find it failed. The first piece that is read is kept until {@link
 * #forget}, so that the next reader finds the body complete as long as nothing of it was sent.
 *
 * <p>All threads may call all methods, which never wait. Nobody else may read Jetty's own request.
 */
final class ClientBody {
  private final Request request;

  @GuardedBy("this")
  private @Nullable Reader reader;

  @GuardedBy("this")
  private @Nullable Runnable waiting;

  @GuardedBy("this")
  private boolean demanded;

  @GuardedBy("this")
  private boolean started;

  @GuardedBy("this")
  private Content.@Nullable Chunk first;

  @GuardedBy("this")
  private boolean replay;

  @GuardedBy("this")
  private @Nullable Throwable failure;

  ClientBody(Request request) {
    this.request = request;
  }

  /** The client's request, as one reader sees it. */
  static class Reader extends Request.Wrapper {
    private final ClientBody body;

    Reader(ClientBody body) {
      super(body.request);
      this.body = body;
      body.beReadBy(this);
    }

    ClientBody body() {
      return body;
    }

    @Override
    public Content.@Nullable Chunk read() {
      return body.read(this);
    }

    @Override
    public void demand(Runnable demandCallback) {
      body.demand(this, demandCallback);
    }

    /** Ends the interest of this reader alone; the client's request lives on. */
    @Override
    public void fail(Throwable failure) {
      body.leave(this);
    }
  }

  private synchronized void beReadBy(Reader next) {
    reader = next;
    waiting = null;
    replay = first != null;
  }

  private void leave(Reader from) {
    Runnable wakened;
    synchronized (this) {
      if (reader != from) {
        return;
      }
      wakened = waiting;
      reader = null;
      waiting = null;
    }
    if (wakened != null) {
      wakened.run();
    }
  }

  /** Returns why the client's side failed, or null while it has not. */
  synchronized @Nullable Throwable failure() {
    return failure;
  }

  /** Drops the first piece, which was sent or is not needed any more. */
  synchronized void forget() {
    if (first != null) {
      first.release();
      first = null;
    }
    replay = false;
  }

  private synchronized Content.@Nullable Chunk read(Reader from) {
    if (reader != from) {
      return Content.Chunk.from(new IOException("The body is not for this reader any more"), true);
    }
    if (replay) {
      replay = false;
      return copy(Objects.requireNonNull(first));
    }
    Content.Chunk chunk = request.read();
    if (chunk == null) {
      return null;
    }
    if (Content.Chunk.isFailure(chunk)) {
      failure = chunk.getFailure();
      return chunk;
    }
    if (started) {
      // Whoever reads on has sent what came before.
      forget();
      return chunk;
    }
    started = true;
    first = chunk;
    return copy(chunk);
  }

  /** The same bytes, to be released on their own. */
  private static Content.Chunk copy(Content.Chunk chunk) {
    if (!chunk.canRetain()) {
      return Content.Chunk.from(chunk.getByteBuffer().slice(), chunk.isLast());
    }
    chunk.retain();
    return Content.Chunk.asChunk(chunk.getByteBuffer().slice(), chunk.isLast(), chunk);
  }

  private void demand(Reader from, Runnable whenReadable) {
    boolean ask = false;
    synchronized (this) {
      if (reader == from && !replay) {
        waiting = whenReadable;
        ask = !demanded;
        demanded = true;
        whenReadable = null;
      }
    }
    if (whenReadable != null) {
      whenReadable.run();
    } else if (ask) {
      request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::readable));
    }
  }

  private void readable() {
    Runnable wakened;
    synchronized (this) {
      demanded = false;
      wakened = waiting;
      waiting = null;
    }
    if (wakened != null) {
      wakened.run();
    }
  }
}
