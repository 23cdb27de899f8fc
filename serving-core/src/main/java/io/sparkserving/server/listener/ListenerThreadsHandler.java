package io.sparkserving.server.listener;

import io.sparkserving.server.connection.ListenerThreads;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Has the listener's threads handle requests that another thread has read and may not handle. */
final class ListenerThreadsHandler extends Handler.Wrapper {
  ListenerThreadsHandler(Handler steps) {
    super(steps);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (ListenerThreads.mayHandle()) {
      return super.handle(request, response, callback);
    }
    request.getComponents().getExecutor().execute(() -> handleLater(request, response, callback));
    return true;
  }

  /** Jetty, which would answer for what goes wrong, has been told that all is well. */
  private void handleLater(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, 404);
      }
    } catch (Exception e) {
      callback.failed(e);
    } catch (Error e) {
      callback.failed(e);
      throw e;
    }
  }
}
