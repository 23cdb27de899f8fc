package io.sparkserving.server.steps;

import java.time.Duration;
import org.apache.spark.network.util.JavaUtils;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/** How long a client says that it will wait for its answer. */
final class ClientPatience {
  /** Of our own: a time as options have it, such as {@code 500ms}. */
  private static final String TIMEOUT = "X-Request-Timeout";

  /** Of Envoy, which tells it to whatever it calls: milliseconds. */
  private static final String OF_ENVOY = "X-Envoy-Expected-Rq-Timeout-Ms";

  private ClientPatience() {}

  /** Returns what the headers say; null if they say nothing, or nothing that can be read. */
  static @Nullable Duration of(HttpFields headers) {
    String own = headers.get(TIMEOUT);
    String value = own == null ? headers.get(OF_ENVOY) : own;
    if (value == null) {
      return null;
    }
    try {
      long millis = JavaUtils.timeStringAsMs(value.strip());
      return millis > 0 ? Duration.ofMillis(millis) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
