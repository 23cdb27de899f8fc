package io.sparkserving.metrics;

import static io.sparkserving.metrics.ServingMeter.counter;
import static io.sparkserving.metrics.ServingMeter.gauge;

import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.exchange.ServerExchanges;
import java.util.List;

/** Every meter of servers and services, once; a test compares docs/metrics.md. */
public final class ServingMeters {
  /** The label with the name of the service. */
  public static final String SERVICE = "service";

  /** The label with the id of the executor that the server is on, or {@code driver}. */
  public static final String EXECUTOR = "executor";

  /** The label of {@link #REQUESTS} with the HTTP status of the answers. */
  public static final String STATUS = "status";

  /**
   * The name of the counter of answered requests, which has a value for each status. It has no
   * {@link ServingMeter}, as its reading needs a status.
   */
  public static final String REQUESTS = "spark.serving.requests";

  /** What {@link #REQUESTS} counts, for documentation and pages. */
  public static final String REQUESTS_DOC =
      "Requests that were answered, by status of HTTP; refusals of any kind among them.";

  /** The label of {@link #CALLER_REQUESTS} with the name of the caller's token. */
  public static final String CALLER = "caller";

  /** The name of the counter of answered requests by caller and status. */
  public static final String CALLER_REQUESTS = "spark.serving.caller.requests";

  /** What {@link #CALLER_REQUESTS} counts, for documentation and pages. */
  public static final String CALLER_REQUESTS_DOC =
      "Requests that were answered and had shown a token with a name, by caller and status.";

  /** The meters of one listening server, in any JVM. */
  public static final List<ServingMeter<ServerExchanges>> OF_SERVER =
      List.of(
          ServingMeter.<ServerExchanges>counter(
                  "spark.serving.request.bytes",
                  "Bytes of the bodies of requests that were answered.",
                  service -> measured(service).requestBytes())
              .in("bytes"),
          ServingMeter.<ServerExchanges>counter(
                  "spark.serving.response.bytes",
                  "Bytes of the bodies of answers.",
                  service -> measured(service).responseBytes())
              .in("bytes"),
          gauge(
              "spark.serving.in.flight",
              "Requests that are not answered yet, wherever they are.",
              ServerExchanges::openExchanges),
          gauge(
              "spark.serving.queue.size",
              "Requests that wait for the query.",
              service -> service.queue().size()),
          ServingMeter.<ServerExchanges>gauge(
                  "spark.serving.queue.bytes",
                  "Bytes of the bodies of waiting requests together.",
                  service -> service.queue().bytes())
              .in("bytes"),
          ServingMeter.<ServerExchanges>gauge(
                  "spark.serving.queue.oldest.wait",
                  "How long the oldest waiting request has waited.",
                  service -> service.queue().oldestWaitNanos() / 1e9)
              .in("seconds"),
          gauge(
              "spark.serving.leases",
              "Tasks that hold requests, or go on taking some.",
              service -> service.leases().size()),
          gauge(
              "spark.serving.leased",
              "Requests that tasks hold.",
              service -> service.leases().held()),
          gauge(
              "spark.serving.ready",
              "1 if a query takes the requests, else 0.",
              service -> service.readiness() == Readiness.READY ? 1 : 0),
          counter(
              "spark.serving.accepted",
              "Requests that came whole, and were not refused before.",
              service -> service.counters().accepted()),
          counter(
              "spark.serving.rejected",
              "Accepted requests refused with 503: they would have waited too long, or the service"
                  + " is about to stop.",
              service -> service.counters().rejected()),
          counter(
              "spark.serving.rate.limited",
              "Requests refused with 429: their caller or address had sent more than rateLimit.",
              service -> service.counters().rateLimited()),
          counter(
              "spark.serving.timed.out",
              "Requests answered 504, after requestTimeout.",
              service -> service.counters().timedOut()),
          counter(
              "spark.serving.disconnected",
              "Answers that were not sent, as the client had gone away.",
              service -> service.counters().disconnected()),
          counter(
              "spark.serving.replies",
              "Replies of the query that answered a request.",
              service -> service.counters().replied()),
          counter(
              "spark.serving.replies.dropped",
              "Replies of the query that came second, or too late: duplicates.",
              service -> service.counters().dropped()),
          counter(
              "spark.serving.replies.missing",
              "Requests that the query finished without a reply, answered noReplyStatus.",
              service -> service.counters().withoutReply()),
          counter(
              "spark.serving.replies.routed",
              "Replies that came from another JVM than the one with the connection.",
              service -> service.counters().routed()),
          counter(
              "spark.serving.replies.lost",
              "Requests answered 502 as a task could not deliver their reply here from another"
                  + " JVM.",
              service -> service.counters().lost()),
          counter(
              "spark.serving.poison",
              "Requests answered 500 as they had made tasks fail maxRequestAttempts times.",
              service -> service.counters().givenUp()),
          counter(
              "spark.serving.restarts",
              "How often a supervised query was started again. Executors say 0.",
              service -> service.counters().restarts()));

  /** The histograms of one listening server, in seconds. */
  public static final List<TimeMeter<Measurements>> TIMES =
      List.of(
          new TimeMeter<>(
              "spark.serving.queue.time",
              "From a request's arrival, body and all, until a task took it.",
              Measurements::queueTime),
          new TimeMeter<>(
              "spark.serving.query.time",
              "From when a task took a request until the request had its answer, a time-out's"
                  + " among them.",
              Measurements::queryTime),
          new TimeMeter<>(
              "spark.serving.reply.time",
              "From a request's first byte until its answer was written, refusals among them.",
              Measurements::replyTime));

  /** The meters on the driver of a service with servers on executors. */
  public static final List<ServingMeter<DriverCounters>> OF_DRIVER =
      List.of(
          gauge("spark.serving.servers", "Servers that the driver knows.", DriverCounters::servers),
          counter(
              "spark.serving.restarts",
              "How often a supervised query was started again.",
              DriverCounters::restarts),
          counter(
              "spark.serving.gateway.retries",
              "How often the gateway sent a request to another server, or again.",
              DriverCounters::gatewayRetries),
          counter(
              "spark.serving.replies.undelivered",
              "Replies that tasks could not deliver to servers in other JVMs, gone ones among"
                  + " them.",
              DriverCounters::lostReplies));

  private ServingMeters() {}

  /** The measurements of a server; nobody reads servers whose service is not measured. */
  private static Measurements measured(ServerExchanges service) {
    Measurements measurements = service.measurements();
    if (measurements == null) {
      throw new IllegalStateException("Missing measurements of " + service);
    }
    return measurements;
  }
}
