package io.sparkserving.options;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Every option of {@code readStream}, defined once, here or in a class for its subject. */
final class ReaderOptions {
  /** The name of a service at /, which has no path to be called by. */
  static final String NAME_AT_ROOT = "root";

  static final ServingOption<String> HOST =
      new ServingOption<>(
          "host",
          "string",
          "localhost",
          "a host name or address of this machine, or 0.0.0.0 for all its addresses",
          "Address to listen on. The default is reachable from this machine alone.",
          OptionParsers.text("\\S+"));

  static final ServingOption<Integer> PORT =
      new ServingOption<>(
          "port",
          "int",
          null,
          "a whole number from 0 to 65535, where 0 picks any free port",
          "Port to listen on. Services of one JVM may share a host and port under different paths.",
          OptionParsers.integer(0, 65535));

  static final ServingOption<String> PATH =
      new ServingOption<>(
          "path",
          "string",
          null,
          "path segments such as my_api or v1/my_api, of letters, digits and . _ ~ -; the first not"
              + " _serving; others may be parameters such as {user}; or / alone",
          "Path of the service, the api. It gets every request to /path and below it. A parameter"
              + " stands for any one segment, and fills the field of its name. A service at / gets"
              + " what no other service of the port does, but for /livez, /readyz, /metrics, and"
              + " /_serving with what is below it. Default: the name.",
          OptionParsers.text(
              "/|/?(?!_serving(/|$))[A-Za-z0-9._~-]+(/([A-Za-z0-9._~-]+|\\{[A-Za-z_][A-Za-z0-9_]*\\}))*/?"));

  static final ServingOption<String> NAME =
      new ServingOption<>(
          "name",
          "string",
          null,
          "a text that is not empty",
          "Name of the service, for replyTo and service info. Default: the path, without braces,"
              + " or root for a service at /.",
          OptionParsers.text("\\S(.*\\S)?"));

  static final ServingOption<String> PROTOCOL =
      new ServingOption<>(
          "protocol",
          "string",
          ServiceConfiguration.PLAIN,
          "plain, mlflow or open-inference",
          "What clients speak. plain: a request to the path has the query's own JSON. mlflow: that of"
              + " MLflow's scoring server, /invocations, /ping, /health and /version. open-inference:"
              + " the Open Inference Protocol over HTTP, /v2, and /v1/models/{model}:predict. Both"
              + " have the port for themselves, from its root; the path only names the service, and"
              + " so the model.",
          OptionParsers.text("plain|mlflow|open-inference"));

  static final ServingOption<Integer> NUM_PARTITIONS =
      new ServingOption<>(
          "numPartitions",
          "int",
          null,
          "a whole number from 1 to 10000",
          "How many tasks share the waiting requests; with distributedServer() no executor gets more"
              + " than it can run at once. Default: Spark's default parallelism.",
          OptionParsers.integer(1, 10_000));

  static final ServingOption<Integer> MAX_PORT_ATTEMPTS =
      new ServingOption<>(
          "maxPortAttempts",
          "int",
          "50",
          "a whole number from 1 to 10000",
          "How many ports a server of a distributed service tries, from port upward. The head"
              + " service takes its port or none.",
          OptionParsers.integer(1, 10_000));

  static final ServingOption<Integer> GATEWAY_PORT =
      new ServingOption<>(
          "gateway.port",
          "int",
          null,
          "a whole number from 0 to 65535, where 0 picks any free port",
          "Starts one reverse proxy in front of all servers of a distributed service, on the driver,"
              + " at this port. Default: none. The head service has one server and starts none.",
          OptionParsers.integer(0, 65535));

  static final ServingOption<String> GATEWAY_HOST =
      new ServingOption<>(
          "gateway.host",
          "string",
          null,
          "a host name or address of the driver's machine, or 0.0.0.0 for all its addresses",
          "Address for the gateway to listen on. Default: host.",
          OptionParsers.text("\\S+"));

  static final ServingOption<Integer> COORDINATOR_PORT =
      new ServingOption<>(
          "coordinator.port",
          "int",
          null,
          "a whole number from 0 to 65535, where 0 picks any free port",
          "Port of the driver that tells, over HTTP, where the servers are, and gives configuration"
              + " for load balancers. Default: the gateway's, or none where there is no gateway.",
          OptionParsers.integer(0, 65535));

  static final ServingOption<String> COORDINATOR_HOST =
      new ServingOption<>(
          "coordinator.host",
          "string",
          "localhost",
          "a host name or address of the driver's machine, or 0.0.0.0 for all its addresses",
          "Address for coordinator.port to listen on.",
          OptionParsers.text("\\S+"));

  static final ServingOption<Duration> REQUEST_TIMEOUT =
      new ServingOption<>(
          "requestTimeout",
          "duration",
          "60s",
          "a duration from 1ms to 24h, such as 500ms, 30s or 2min",
          "How long a request may wait for its reply before it is answered 504.",
          OptionParsers.duration(Duration.ofMillis(1), Duration.ofHours(24)));

  static final ServingOption<Integer> MAX_QUEUE_SIZE =
      new ServingOption<>(
          "maxQueueSize",
          "int",
          "10000",
          "a whole number from 1 to 10000000",
          "How many requests may wait for the query. Beyond it they are answered 503.",
          OptionParsers.integer(1, 10_000_000));

  static final ServingOption<Long> MAX_QUEUE_BYTES =
      new ServingOption<>(
          "maxQueueBytes",
          "bytes",
          null,
          "a size from 1k to 1t, such as 256m",
          "How many bytes the bodies of requests may hold together while they are read, wait or are"
              + " worked on, those of all services of a JVM. Beyond it requests are answered 503."
              + " Default: a quarter of the JVM's heap.",
          OptionParsers.bytes(1L << 10, 1L << 40));

  static final ServingOption<Boolean> LOAD_SHEDDING =
      new ServingOption<>(
          "loadShedding",
          "boolean",
          "true",
          "true or false",
          "Whether requests that would wait long are answered 503 at once, where more come than the"
              + " query answers. Otherwise they wait, for as long as requestTimeout and maxQueueSize"
              + " allow.",
          OptionParsers.truth());

  static final ServingOption<Long> MAX_BODY_SIZE =
      new ServingOption<>(
          "maxBodySize",
          "bytes",
          "32m",
          "a size from 0 to 1g, such as 512k or 32m",
          "The largest request body. A larger one is answered 413.",
          OptionParsers.bytes(0, 1L << 30));

  static final ServingOption<Integer> NO_REPLY_STATUS =
      new ServingOption<>(
          "noReplyStatus",
          "int",
          "500",
          "an HTTP status from 200 to 599, or 0",
          "Status for a request that the query finished without a reply row, because a filter or"
              + " join dropped it. 0: such a request waits on until requestTimeout, for replies that"
              + " another query sends.",
          OptionParsers.statusOrZero(200, 599));

  static final ServingOption<Duration> NO_REPLY_AFTER =
      new ServingOption<>(
          "noReplyAfter",
          "duration",
          "0ms",
          "a duration from 0ms to 24h, such as 0ms, 500ms or 30s",
          "How long the query may have a request without replying, until it is answered"
              + " noReplyStatus. For queries that drop rows in long batches and hold rows back, by a"
              + " Python function say. 0ms: until the end of the batch or epoch.",
          OptionParsers.duration(Duration.ZERO, Duration.ofHours(24)));

  static final ServingOption<Integer> MAX_REQUEST_ATTEMPTS =
      new ServingOption<>(
          "maxRequestAttempts",
          "int",
          "2",
          "a whole number from 1 to 100",
          "How often a request may make a task fail before it is answered 500 and not tried again.",
          OptionParsers.integer(1, 100));

  static final ServingOption<Boolean> INCLUDE_TIMESTAMP =
      new ServingOption<>(
          "includeTimestamp",
          "boolean",
          "false",
          "true or false",
          "Adds the column timestamp, the time at which the request had arrived.",
          OptionParsers.truth());

  static final ServingOption<Boolean> INCLUDE_CALLER =
      new ServingOption<>(
          "includeCaller",
          "boolean",
          "false",
          "true or false",
          "Adds the column caller, the name under which the caller's token stands in auth.tokens or"
              + " auth.tokensFile; null where it has none.",
          OptionParsers.truth());

  static final ServingOption<Duration> BATCH_LENGTH =
      new ServingOption<>(
          "batchLength",
          "duration",
          null,
          "a duration from 0ms to 10min, such as 0ms, 500ms or 5s",
          "How long a batch of a head or distributed service may go on taking requests, where its"
              + " tasks answer them one by one and nobody else wants their cores. 0ms: a batch takes"
              + " what waits when it begins. Default: 30s; 250ms where the query has"
              + " current_timestamp() or another expression whose value is that of its batch.",
          OptionParsers.duration(Duration.ZERO, Duration.ofMinutes(10)));

  static final ServingOption<Duration> EPOCH_LENGTH =
      new ServingOption<>(
          "epochLength",
          "duration",
          "10s",
          "a duration from 100ms to 24h, such as 500ms, 30s or 2min",
          "How long a batch of a continuous service goes on taking requests where the query has no"
              + " trigger of its own. A request without a reply row is ended with its batch.",
          OptionParsers.duration(Duration.ofMillis(100), Duration.ofHours(24)));

  static final ServingOption<ServerScope> SERVER_SCOPE =
      new ServingOption<>(
          "serverScope",
          "string",
          "executor",
          "executor or partition",
          "Whether a continuous service has a server in each executor, or one for each partition.",
          ServerScope::parse);

  static final ServingOption<Boolean> TAKEOVER =
      new ServingOption<>(
          "takeover",
          "boolean",
          "false",
          "true or false",
          "Lets a query that starts while another one serves the name replace that one: it gets"
              + " all new requests once it is ready, and the other is stopped when it has answered"
              + " what it holds.",
          OptionParsers.truth());

  static final ServingOption<Boolean> FAST_LOCAL_CHECKPOINTS =
      new ServingOption<>(
          "fastLocalCheckpoints",
          "boolean",
          "true",
          "true or false",
          "Writes checkpoints on the local disk without another process for each file, in local mode"
              + " and where nobody has set another file system for them. For all queries of the"
              + " Spark application; false leaves Hadoop's own as it is.",
          OptionParsers.truth());

  static final List<ServingOption<?>> ALL =
      Stream.concat(
              Stream.<ServingOption<?>>of(
                  HOST,
                  PORT,
                  PATH,
                  NAME,
                  PROTOCOL,
                  NUM_PARTITIONS,
                  MAX_PORT_ATTEMPTS,
                  GATEWAY_PORT,
                  GATEWAY_HOST,
                  COORDINATOR_PORT,
                  COORDINATOR_HOST,
                  REQUEST_TIMEOUT,
                  MAX_QUEUE_SIZE,
                  MAX_QUEUE_BYTES,
                  LOAD_SHEDDING,
                  MAX_BODY_SIZE,
                  NO_REPLY_STATUS,
                  NO_REPLY_AFTER,
                  MAX_REQUEST_ATTEMPTS,
                  INCLUDE_TIMESTAMP,
                  INCLUDE_CALLER,
                  BATCH_LENGTH,
                  EPOCH_LENGTH,
                  SERVER_SCOPE,
                  TAKEOVER,
                  FAST_LOCAL_CHECKPOINTS),
              Stream.of(
                      OperationsOptions.ALL,
                      RateLimitOptions.ALL,
                      TransportOptions.ALL,
                      MannersOptions.ALL,
                      JournalOptions.ALL,
                      ForwardingOptions.ALL)
                  .flatMap(List::stream))
          .toList();

  private ReaderOptions() {}
}
