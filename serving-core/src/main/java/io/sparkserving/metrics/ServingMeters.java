package io.sparkserving.metrics;

import static io.sparkserving.metrics.ServingMeter.counter;
import static io.sparkserving.metrics.ServingMeter.gauge;

import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.exchange.ServerExchanges;
import java.util.List;

/** Every meter there is, once; docs/metrics.md says the same. */
public final class ServingMeters {
  /** The label that says whose it is. */
  public static final String SERVICE = "service";

  /** The label of the executor whose server it is, or {@code driver}. */
  public static final String EXECUTOR = "executor";

  /** The label of {@link #REQUESTS}. */
  public static final String STATUS = "status";

  /** By status, which is told when asked; the only one that has more than one value. */
  public static final String REQUESTS = "spark.serving.requests";

  public static final String REQUESTS_DOC =
      "Requests that were answered, by status of HTTP; refusals of any kind among them.";

  /** Of a server. */
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
                  "Bytes of the bodies of those.",
                  service -> service.queue().bytes())
              .in("bytes"),
          ServingMeter.<ServerExchanges>gauge(
                  "spark.serving.queue.oldest.wait",
                  "How long the oldest of those has waited.",
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
              "Of those, refused with 503: the queue was full, or the service about to stop.",
              service -> service.counters().rejected()),
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
              "spark.serving.poison",
              "Requests answered 500 as they had made tasks fail maxRequestAttempts times.",
              service -> service.counters().givenUp()),
          counter(
              "spark.serving.restarts",
              "How often a supervised query was started again. Executors say 0.",
              service -> service.counters().restarts()));

  /** Of a server, as histograms. */
  public static final List<TimeMeter> TIMES =
      List.of(
          new TimeMeter(
              "spark.serving.queue.time",
              "From a request's arrival, body and all, until a task took it.",
              Measurements::queueTime),
          new TimeMeter(
              "spark.serving.query.time",
              "From there until the request had its answer, a time-out's among them.",
              Measurements::queryTime),
          new TimeMeter(
              "spark.serving.reply.time",
              "From a request's first byte until its answer was written, refusals among them.",
              Measurements::replyTime));

  /** Of the driver, for a service with servers on executors. */
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
              DriverCounters::gatewayRetries));

  private ServingMeters() {}

  /** Those that are not measured are not asked. */
  private static Measurements measured(ServerExchanges service) {
    Measurements measurements = service.measurements();
    if (measurements == null) {
      throw new IllegalStateException("Missing measurements of " + service);
    }
    return measurements;
  }
}
