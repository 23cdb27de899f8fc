package io.sparkserving.options;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The options of a service, as {@code readStream} was given them. They are parsed once, when the
 * stream is loaded.
 *
 * @param host address for servers to listen on
 * @param port port for servers to listen on; 0 for any free one
 * @param path path of the service, without leading or trailing slash; empty for {@code /}
 * @param name name of the service, unique among the services of an application
 * @param protocol what clients speak; {@link #PLAIN} if nothing else
 * @param numPartitions tasks that share the waiting requests; empty for Spark's default parallelism
 * @param maxPortAttempts ports that a server on an executor tries, from {@code port} upward
 * @param gatewayPort port of the driver's reverse proxy in front of all servers; empty for none, 0
 *     for any free one
 * @param gatewayHost address for the gateway to listen on
 * @param coordinatorPort port of the directory, which tells over HTTP where the servers are; empty
 *     for none of its own, 0 for any free one
 * @param coordinatorHost address for the directory to listen on
 * @param requestTimeout how long a request may wait from its arrival until it is answered 504
 * @param maxQueueSize requests that may wait for the query
 * @param maxQueueBytes bytes that the bodies of requests may hold together, of all services of a
 *     JVM, from their first byte to the answer
 * @param loadShedding whether requests are refused that would wait long
 * @param maxBodySize bytes that the body of one request may have
 * @param noReplyStatus HTTP status for requests that the query finished without a reply; 0 lets
 *     such requests wait
 * @param noReplyAfter how long the query may have a request without replying; zero for no limit
 * @param maxRequestAttempts failed deliveries after which a request is answered 500
 * @param includeTimestamp whether rows have the arrival time
 * @param includeCaller whether rows have the caller's name
 * @param batchLength how long a micro-batch may go on taking requests; empty if the query decides
 * @param epochLength how long a batch of a continuous service lasts without a trigger of its own
 * @param serverScope what has a server in a continuous service
 * @param takeover whether the query may replace another query that serves the name
 * @param journal where requests are written down before they are answered; empty for nowhere
 * @param fastLocalCheckpoints whether checkpoints on the local disk may be written by this library
 * @param operations how the running service is looked after
 * @param forwarding how servers are made reachable through an SSH gateway; empty for not at all
 * @param options the options that all of this was parsed from, with case-insensitive keys
 */
public record ServiceConfiguration(
    String host,
    int port,
    String path,
    String name,
    String protocol,
    OptionalInt numPartitions,
    int maxPortAttempts,
    OptionalInt gatewayPort,
    String gatewayHost,
    OptionalInt coordinatorPort,
    String coordinatorHost,
    Duration requestTimeout,
    int maxQueueSize,
    long maxQueueBytes,
    boolean loadShedding,
    long maxBodySize,
    int noReplyStatus,
    Duration noReplyAfter,
    int maxRequestAttempts,
    boolean includeTimestamp,
    boolean includeCaller,
    Optional<Duration> batchLength,
    Duration epochLength,
    ServerScope serverScope,
    boolean takeover,
    Optional<JournalConfiguration> journal,
    boolean fastLocalCheckpoints,
    OperationsConfiguration operations,
    Optional<ForwardingConfiguration> forwarding,
    Map<String, String> options) {
  /** The protocol of services whose requests are what the query makes of them. */
  public static final String PLAIN = "plain";

  /**
   * Parses reader options.
   *
   * @param given options with case-insensitive keys
   * @throws IllegalArgumentException naming an option that is unknown, missing or badly set
   */
  public static ServiceConfiguration parse(Map<String, String> given) {
    Map<String, String> options = SynapseOptions.renamed(given);
    KnownOptions.checkReader(options);
    String givenPath = ReaderOptions.PATH.read(options);
    String givenName = ReaderOptions.NAME.read(options);
    String path = givenPath != null ? givenPath : pathFromName(givenName);
    String bare = withoutOuterSlashes(path);
    String protocol = ReaderOptions.PROTOCOL.readOrDefault(options);
    Integer port = ReaderOptions.PORT.read(options);
    if (port == null) {
      throw missing("port", "8888");
    }
    Long maxQueueBytes = ReaderOptions.MAX_QUEUE_BYTES.read(options);
    String gatewayHost = ReaderOptions.GATEWAY_HOST.read(options);
    String host = ReaderOptions.HOST.readOrDefault(options);
    OperationsConfiguration operations = OperationsConfiguration.parse(host, options);
    if (ReaderOptions.GATEWAY_PORT.read(options) != null) {
      operations.transport().tls().ifPresent(tls -> checkGateway(tls, operations));
    }
    return new ServiceConfiguration(
        host,
        port,
        protocol.equals(PLAIN) ? bare : "",
        givenName != null ? givenName : nameFromPath(bare),
        protocol,
        optional(ReaderOptions.NUM_PARTITIONS, options),
        ReaderOptions.MAX_PORT_ATTEMPTS.readOrDefault(options),
        optional(ReaderOptions.GATEWAY_PORT, options),
        gatewayHost != null ? gatewayHost : host,
        optional(ReaderOptions.COORDINATOR_PORT, options),
        ReaderOptions.COORDINATOR_HOST.readOrDefault(options),
        ReaderOptions.REQUEST_TIMEOUT.readOrDefault(options),
        ReaderOptions.MAX_QUEUE_SIZE.readOrDefault(options),
        maxQueueBytes == null ? Runtime.getRuntime().maxMemory() / 4 : maxQueueBytes,
        ReaderOptions.LOAD_SHEDDING.readOrDefault(options),
        ReaderOptions.MAX_BODY_SIZE.readOrDefault(options),
        ReaderOptions.NO_REPLY_STATUS.readOrDefault(options),
        ReaderOptions.NO_REPLY_AFTER.readOrDefault(options),
        ReaderOptions.MAX_REQUEST_ATTEMPTS.readOrDefault(options),
        ReaderOptions.INCLUDE_TIMESTAMP.readOrDefault(options),
        ReaderOptions.INCLUDE_CALLER.readOrDefault(options),
        Optional.ofNullable(ReaderOptions.BATCH_LENGTH.read(options)),
        ReaderOptions.EPOCH_LENGTH.readOrDefault(options),
        ReaderOptions.SERVER_SCOPE.readOrDefault(options),
        ReaderOptions.TAKEOVER.readOrDefault(options),
        JournalConfiguration.parse(options),
        ReaderOptions.FAST_LOCAL_CHECKPOINTS.readOrDefault(options),
        operations,
        ForwardingConfiguration.parse(host, options),
        Collections.unmodifiableMap(copy(options)));
  }

  /**
   * How many tasks share the waiting requests.
   *
   * @param byDefault where neither the options say so, nor a journal, whose requests have one order
   */
  public int tasks(IntSupplier byDefault) {
    return numPartitions.orElseGet(() -> journal.isPresent() ? 1 : byDefault.getAsInt());
  }

  /** The names of the options given whose values are not to be printed. */
  public List<String> secretOptions() {
    return ReaderOptions.ALL.stream()
        .filter(option -> option.type().equals(ServingOption.SECRET))
        .map(ServingOption::name)
        .filter(options::containsKey)
        .toList();
  }

  private static Map<String, String> copy(Map<String, String> options) {
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(options);
    return copy;
  }

  /**
   * Returns whether a query that asks for this service can take the requests of one that was opened
   * for another configuration: all that the servers do must be the same.
   */
  public boolean isSameServiceAs(ServiceConfiguration other) {
    return serviceOptions().equals(other.serviceOptions());
  }

  /** Returns in words where a service that is asked for differs from this one. */
  public String differences(ServiceConfiguration asked) {
    Map<String, Object> here = serviceOptions();
    Map<String, Object> there = asked.serviceOptions();
    return here.keySet().stream()
        .filter(option -> !Objects.equals(here.get(option), there.get(option)))
        .map(option -> "%s %s, met %s".formatted(option, here.get(option), there.get(option)))
        .collect(Collectors.joining("; "));
  }

  /** The values that make a difference to a service's servers, by option. */
  private Map<String, Object> serviceOptions() {
    Map<String, Object> all = new TreeMap<>();
    all.put("host", host);
    all.put("port", port);
    all.put("path", path);
    all.put("name", name);
    all.put("protocol", protocol);
    all.put("maxPortAttempts", maxPortAttempts);
    all.put("gateway.port", gatewayPort);
    all.put("gateway.host", gatewayHost);
    all.put("coordinator.port", coordinatorPort);
    all.put("coordinator.host", coordinatorHost);
    all.put("requestTimeout", requestTimeout);
    all.put("maxQueueSize", maxQueueSize);
    all.put("maxQueueBytes", maxQueueBytes);
    all.put("maxBodySize", maxBodySize);
    all.put("noReplyStatus", noReplyStatus);
    all.put("noReplyAfter", noReplyAfter);
    all.put("maxRequestAttempts", maxRequestAttempts);
    all.put("serverScope", serverScope);
    all.put("journal", journal.isPresent());
    all.put("idempotencyKey", journal.map(JournalConfiguration::idempotencyKey));
    all.putAll(operations.serverOptions());
    all.put("forwarding", forwarding);
    return all;
  }

  /** Without the options as they were given, as some of them are secret. */
  @Override
  public String toString() {
    return "ServiceConfiguration" + serviceOptions();
  }

  private static OptionalInt optional(ServingOption<Integer> option, Map<String, String> options) {
    Integer given = option.read(options);
    return given == null ? OptionalInt.empty() : OptionalInt.of(given);
  }

  private static String pathFromName(@Nullable String name) {
    if (name == null) {
      throw missing("path", "my_api");
    }
    String path = ReaderOptions.PATH.read(Map.of(ReaderOptions.PATH.name(), name));
    return path == null ? name : path;
  }

  private static String nameFromPath(String path) {
    return path.isEmpty() ? ReaderOptions.NAME_AT_ROOT : path.replaceAll("[{}]", "");
  }

  private static String withoutOuterSlashes(String path) {
    return path.replaceAll("^/|/$", "");
  }

  private static void checkGateway(TlsConfiguration tls, OperationsConfiguration operations) {
    if (tls.clientCertificates() != ClientCertificates.NONE) {
      throw new IllegalArgumentException(
          "Invalid options: tls.clientAuth does not go together with gateway.port, as the servers"
              + " would not see the certificates of the gateway's clients. Leave out gateway.port,"
              + " or let clients show tokens (auth.tokens) instead of certificates.");
    }
    if (!operations.internal().tls()) {
      throw new IllegalArgumentException(
          "Invalid options: gateway.port with TLS needs internal.tls, by which the gateway is told"
              + " which certificates the servers show to it. Set internal.tls to true.");
    }
  }

  private static IllegalArgumentException missing(String option, String example) {
    return new IllegalArgumentException(
        "Missing option '%s': set it, for example .option(\"%s\", \"%s\"), or call address(host,"
                .formatted(option, option, example)
            + " port, api).");
  }
}
