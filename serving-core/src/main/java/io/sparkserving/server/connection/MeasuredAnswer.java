package io.sparkserving.server.connection;

import io.sparkserving.exchange.Measurements;
import io.sparkserving.server.access.Caller;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;

/** Measures the answer to a request, whoever gives it, once it is out. */
public final class MeasuredAnswer extends Callback.Nested {
  private final Measurements measurements;
  private final Request request;
  private final Response response;

  public MeasuredAnswer(
      Measurements measurements, Request request, Response response, Callback callback) {
    super(callback);
    this.measurements = measurements;
    this.request = request;
    this.response = response;
  }

  @Override
  public void succeeded() {
    try {
      // Before the connection goes on to its next request.
      measurements.answered(
          response.getStatus(),
          Request.getContentBytesRead(request),
          Response.getContentBytesWritten(response),
          NanoTime.since(request.getBeginNanoTime()));
      String caller = Caller.nameOf(request);
      if (caller != null) {
        measurements.callers().count(caller, response.getStatus());
      }
    } finally {
      super.succeeded();
    }
  }
}
