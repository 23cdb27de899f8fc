package io.sparkserving;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a function throws to have a request answered with an HTTP error. */
public final class HttpErrorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String detail;
  private final Map<String, String> headers;

  /**
   * An error with a text for the client.
   *
   * @param status HTTP status code, 400 to 599
   * @param detail what the client is told
   */
  public HttpErrorException(int status, String detail) {
    this(status, detail, Map.of());
  }

  /**
   * An error with headers.
   *
   * @param status HTTP status code, 400 to 599
   * @param detail what the client is told, or null
   * @param headers headers of the answer, by name
   * @throws IllegalArgumentException if the status is none of an error
   */
  public HttpErrorException(int status, @Nullable String detail, Map<String, String> headers) {
    super(detail == null ? "HTTP status " + status : detail);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException(
          "Invalid status " + status + ": expected 400 to 599, as an error has");
    }
    this.status = status;
    this.detail = detail;
    this.headers = Map.copyOf(headers);
  }

  /** Returns the HTTP status code, 400 to 599. */
  public int status() {
    return status;
  }

  /** Returns what the client is told, or null. */
  public @Nullable String detail() {
    return detail;
  }

  /** Returns the headers of the answer, by name. */
  public Map<String, String> headers() {
    return headers;
  }
}
