package io.sparkserving.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Every failure that a client is told of, as a reply with its HTTP status and its RFC 9457 body.
 * The one map from failure to status.
 */
public final class Problems {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** How long it takes until a service is worth asking again, whatever it was like. */
  private static final long MOST_RETRY_SECONDS = 60;

  private static final List<Header> RETRY = List.of(new Header("Retry-After", "1"));
  private static final List<Header> CLOSE = List.of(new Header("Connection", "close"));
  private static final List<Header> RETRY_AND_CLOSE =
      List.of(new Header("Retry-After", "1"), new Header("Connection", "close"));

  private Problems() {}

  /** 404: no service has this path. */
  public static ReplyMessage unknownPath(String path) {
    return problem(404, "Not Found", "No service answers at " + path + ".", List.of());
  }

  /** 404 of a directory of services: no service has this name. */
  public static ReplyMessage unknownService(String name) {
    return problem(404, "Not Found", "No service named '" + name + "' is running.", List.of());
  }

  /** 404 of a directory of services: there is no configuration for this load balancer. */
  public static ReplyMessage unknownLoadBalancer(String detail) {
    return problem(404, "Not Found", detail, List.of());
  }

  /** 503 of a directory of services: no server of the service listens yet. */
  public static ReplyMessage notListening(String detail) {
    return unavailable(detail, RETRY);
  }

  /** 500 of a directory of services: the cause of its failure is in the log. */
  public static ReplyMessage noDirectory() {
    return problem(
        500, "Internal Server Error", "Cannot tell of this service; see the log.", List.of());
  }

  /**
   * 401: the caller shows no token, or a wrong one.
   *
   * @param challenge how to show a token, as a value of {@code WWW-Authenticate}
   */
  public static ReplyMessage unauthorized(String challenge) {
    return problem(
        401,
        "Unauthorized",
        "Missing or invalid token: show one as 'Authorization: Bearer' or as 'X-API-Key'.",
        List.of(new Header("WWW-Authenticate", challenge)));
  }

  /**
   * 429: more requests have come than a server takes from one caller or address.
   *
   * @param limit how many it takes, in words
   * @param seconds until it takes the next
   */
  public static ReplyMessage rateLimited(String limit, long seconds) {
    return problem(
        429,
        "Too Many Requests",
        "This service takes " + limit + ". Try again later.",
        List.of(new Header("Retry-After", Long.toString(seconds))));
  }

  /** 421: a service that is for its own machine alone is called by another name. */
  public static ReplyMessage foreignHost(String host) {
    return problem(
        421,
        "Misdirected Request",
        ("This service listens on localhost and asks for no token, so it answers only to names of"
                + " its own machine, not to '%s'. Set option hosts to accept that name too, or ask"
                + " for tokens (auth.tokens).")
            .formatted(host),
        List.of());
  }

  /** 403: a web page of another origin calls a service that is for its own machine alone. */
  public static ReplyMessage foreignOrigin(String origin) {
    return problem(
        403,
        "Forbidden",
        "Web pages of origin '%s' may not call this service. Set option cors.origins to let them."
            .formatted(origin),
        List.of());
  }

  /**
   * 405: the path does not take this method.
   *
   * @param allowed methods, as a value of {@code Allow}
   */
  public static ReplyMessage methodNotAllowed(String allowed) {
    return problem(
        405,
        "Method Not Allowed",
        "Only " + allowed + " are answered here.",
        List.of(new Header("Allow", allowed)));
  }

  /** 503 in place of the service's OpenAPI document, which cannot be had now. */
  public static ReplyMessage notDescribed() {
    return unavailable("The service's description cannot be had now. Try again later.", RETRY);
  }

  /** 413: the body is larger than {@code maxBodySize} bytes. */
  public static ReplyMessage bodyTooLarge(long maxBodySize) {
    return problem(
        413,
        "Content Too Large",
        "The body is larger than the " + maxBodySize + " bytes that this service takes.",
        CLOSE);
  }

  /** 408: the body did not come whole in time. */
  public static ReplyMessage bodyTooSlow() {
    return problem(408, "Request Timeout", "The rest of the body did not come in time.", CLOSE);
  }

  /** 400: the request is wrong in the way that {@code detail} says. */
  public static ReplyMessage badRequest(String detail) {
    return problem(400, "Bad Request", detail, List.of());
  }

  /** 415: the body is said to be text in a charset that this JVM does not know. */
  public static ReplyMessage unknownCharset(String charset) {
    return problem(
        415, "Unsupported Media Type", "Unsupported charset '" + charset + "'.", List.of());
  }

  /** 415: the body is compressed in a way that is not known here. */
  public static ReplyMessage unknownCoding(String coding) {
    return problem(
        415,
        "Unsupported Media Type",
        "Unsupported Content-Encoding '" + coding + "': send gzip, or the body as it is.",
        List.of(new Header("Accept-Encoding", "gzip")));
  }

  /** 400: the body is said to be gzip, and is not. */
  public static ReplyMessage malformedCoding() {
    return problem(
        400, "Bad Request", "The body is not gzip, as its Content-Encoding says.", List.of());
  }

  /** 400: the body is said to be text in this charset, and is not. */
  public static ReplyMessage malformedText(String charset) {
    return problem(
        400, "Bad Request", "The body is not valid " + charset + ", as it says it is.", List.of());
  }

  /** Any status: the HTTP server refuses a request, such as malformed HTTP, before any service. */
  public static ReplyMessage refusedByServer(int status, String reason) {
    return problem(status, "Refused", reason.isEmpty() ? "HTTP status " + status : reason, CLOSE);
  }

  /**
   * 503: as many requests wait as may wait.
   *
   * @param nanos how long the query needs for these; 0 if nobody knows
   */
  static ReplyMessage queueFull(long nanos) {
    return unavailable("Too many requests are waiting. Try again later.", retryAfter(nanos));
  }

  /**
   * 503: more requests come than the query can answer, and this one would be answered too late.
   *
   * @param nanos how long the query needs for those that wait; 0 if nobody knows
   */
  static ReplyMessage overloaded(long nanos) {
    return unavailable(
        "More requests come than can be answered in time. Try again later.", retryAfter(nanos));
  }

  private static List<Header> retryAfter(long nanos) {
    long seconds = Math.min(MOST_RETRY_SECONDS, TimeUnit.NANOSECONDS.toSeconds(nanos) + 1);
    return List.of(new Header("Retry-After", Long.toString(seconds)));
  }

  /** 503: the bodies that this JVM holds leave no room for the request's. */
  public static ReplyMessage noMemory() {
    return unavailable(
        "The bodies of other requests leave no memory for this one. Try again later.", RETRY);
  }

  /** 503: no query takes the service's requests any more. */
  public static ReplyMessage stopped() {
    return unavailable(
        "The query behind this service is not running. Try again later.", RETRY_AND_CLOSE);
  }

  /** 503: the server is about to stop and takes in no more requests. */
  static ReplyMessage draining() {
    return unavailable(
        "This server is about to stop. Try again, elsewhere if you can.", RETRY_AND_CLOSE);
  }

  /** 503: the client is gone, and so is whoever would read this. */
  static ReplyMessage abandoned() {
    return unavailable("The client has closed the connection.", CLOSE);
  }

  /** 504: the query gave no reply within so many milliseconds. */
  public static ReplyMessage timedOut(long millis) {
    return problem(504, "Gateway Timeout", "No reply within " + millis + " ms.", List.of());
  }

  /** 503 of a gateway: no server of the service can be reached. The request has reached none. */
  public static ReplyMessage noServer() {
    return unavailable("No server of this service can be reached. Try again later.", RETRY);
  }

  /** 502 of a gateway: the connection broke off while the request was on its way, or there. */
  public static ReplyMessage brokenOff() {
    return problem(
        502,
        "Bad Gateway",
        "The server broke off. It may or may not have processed the request.",
        List.of());
  }

  /** The status of the option {@code noReplyStatus}: the query finished without a reply row. */
  static ReplyMessage withoutReply(int status) {
    return problem(
        status, "No Reply", "The query finished without a reply to this request.", List.of());
  }

  /** 502: a task could not deliver the query's reply to the JVM that has the connection. */
  static ReplyMessage lostReply() {
    return problem(
        502,
        "Bad Gateway",
        "The query's reply was lost on its way to this server. The driver's log says why.",
        List.of());
  }

  /** 500: the request has made too many tasks fail. */
  static ReplyMessage givenUp() {
    return problem(500, "Internal Server Error", "The query failed on this request.", List.of());
  }

  /** The status that a function of the query's asks for, or 500: it failed on this request. */
  public static ReplyMessage ofFunction(
      int status, String title, String detail, List<Header> headers) {
    return problem(status, title, detail, headers);
  }

  /** 503: the request cannot be written down, as the service does before it answers. */
  static ReplyMessage notJournaled() {
    return unavailable(
        "The service cannot write requests to its journal now, and answers none without that."
            + " Nothing is lost that was acknowledged.",
        RETRY);
  }

  /** 422: a key was used before, with another request. */
  static ReplyMessage keyReused(String header) {
    return problem(
        422,
        "Unprocessable Content",
        "This %s came before, with another request. Use a key for one request only."
            .formatted(header),
        List.of());
  }

  /** 500: the query's reply row cannot be sent as HTTP, for this reason. */
  public static ReplyMessage invalidReply(String reason) {
    return problem(
        500, "Internal Server Error", "The query gave an invalid reply: " + reason, List.of());
  }

  private static ReplyMessage unavailable(String detail, List<Header> headers) {
    return problem(503, "Service Unavailable", detail, headers);
  }

  private static ReplyMessage problem(
      int status, String title, String detail, List<Header> headers) {
    ObjectNode members = MAPPER.createObjectNode().put("type", "about:blank").put("title", title);
    members.put("status", status).put("detail", detail);
    List<Header> all = new ArrayList<>(headers);
    all.removeIf(header -> header.name().equalsIgnoreCase("Content-Type"));
    all.add(new Header("Content-Type", "application/problem+json"));
    all.add(new Header("X-Content-Type-Options", "nosniff"));
    try {
      return new ReplyMessage(status, List.copyOf(all), MAPPER.writeValueAsBytes(members));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a problem as JSON", e);
    }
  }
}
