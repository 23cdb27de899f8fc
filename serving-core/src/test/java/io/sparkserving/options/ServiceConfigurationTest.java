package io.sparkserving.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceConfigurationTest {
  private static final String SAS = "https://me.blob.core.windows.net/c/key?sv=1&sig=swordfish";

  private static final Map<String, String> EVERY_OPTION =
      Map.ofEntries(
          Map.entry("host", "0.0.0.0"),
          Map.entry("port", "1234"),
          Map.entry("path", "/v1/api/"),
          Map.entry("name", "one"),
          Map.entry("protocol", "mlflow"),
          Map.entry("numPartitions", "3"),
          Map.entry("maxPortAttempts", "9"),
          Map.entry("gateway.port", "80"),
          Map.entry("gateway.host", "127.0.0.1"),
          Map.entry("coordinator.port", "81"),
          Map.entry("coordinator.host", "127.0.0.2"),
          Map.entry("requestTimeout", "2min"),
          Map.entry("maxQueueSize", "7"),
          Map.entry("maxQueueBytes", "1m"),
          Map.entry("loadShedding", "false"),
          Map.entry("maxBodySize", "2k"),
          Map.entry("noReplyStatus", "404"),
          Map.entry("noReplyAfter", "8s"),
          Map.entry("maxRequestAttempts", "5"),
          Map.entry("includeTimestamp", "TRUE"),
          Map.entry("includeCaller", "true"),
          Map.entry("batchLength", "2s"),
          Map.entry("epochLength", "3s"),
          Map.entry("serverScope", "Partition"),
          Map.entry("takeover", "true"),
          Map.entry("fastLocalCheckpoints", "false"),
          Map.entry("management.port", "82"),
          Map.entry("management.host", "127.0.0.4"),
          Map.entry("drainDelay", "6s"),
          Map.entry("drainTimeout", "7s"),
          Map.entry("auth.tokens", "swordfish-0123456789"),
          Map.entry("auth.tokensFile", "/tokens"),
          Map.entry("auth.open", "Metrics, page"),
          Map.entry("rateLimit", "600/M"),
          Map.entry("rateLimit.by", "Address"),
          Map.entry("methods", "POST, GET"),
          Map.entry("requestId", "true"),
          Map.entry("openapi", "false"),
          Map.entry("metrics", "false"),
          Map.entry("page", "false"),
          Map.entry("http2", "true"),
          Map.entry("maxConnections", "77"),
          Map.entry("idleTimeout", "2min"),
          Map.entry("receiveTimeout", "5s"),
          Map.entry("internal.tls", "true"),
          Map.entry("internal.port", "7000 - 7010"),
          Map.entry("cors.origins", "https://one.example, http://two.example:8080"),
          Map.entry("cors.headers", "X-One,X-Two"),
          Map.entry("hosts", "One.Internal, 10.0.0.1"),
          Map.entry("compression", "true"),
          Map.entry("decompression", "false"),
          Map.entry("accessLog", "Json"),
          Map.entry("journal", "/journal"),
          Map.entry("journal.flush", "100ms"),
          Map.entry("journal.retention", "2d"),
          Map.entry("idempotencyKey", "Idempotency-Key"),
          Map.entry("idempotency.window", "1h"),
          Map.entry("forwarding.enabled", "True"),
          Map.entry("forwarding.username", "me"),
          Map.entry("forwarding.sshHost", "gateway.example"),
          Map.entry("forwarding.sshPort", "2222"),
          Map.entry("forwarding.bindAddress", "10.0.0.1"),
          Map.entry("forwarding.remotePortStart", "9000"),
          Map.entry("forwarding.maxRetries", "3"),
          Map.entry("forwarding.keyDir", "/keys"),
          Map.entry("forwarding.keySas", SAS),
          Map.entry("forwarding.keyPassword", "swordfish"),
          Map.entry("forwarding.timeout", "4s"),
          Map.entry("forwarding.keepAlive", "1min"),
          Map.entry("forwarding.localHost", "127.0.0.3"),
          Map.entry("forwarding.knownHosts", "gateway.example ssh-ed25519 AAAA"),
          Map.entry("forwarding.hostKeyChecking", "acceptnew"));

  private static ServiceConfiguration parse(Map<String, String> options) {
    Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(options);
    return ServiceConfiguration.parse(anyCase);
  }

  private static ServiceConfiguration parseWith(String option, String value) {
    Map<String, String> options = new HashMap<>(Map.of("port", "1", "path", "api"));
    options.put(option, value);
    return parse(options);
  }

  @Test
  void aServiceOfAProtocolHasThePortForItself() {
    ServiceConfiguration parsed =
        parse(Map.of("port", "0", "path", "v1/model", "protocol", "mlflow"));
    assertThat(parsed.path()).isEmpty();
    assertThat(parsed.name()).isEqualTo("v1/model");
    assertThat(parsed.protocol()).isEqualTo("mlflow");
  }

  @Test
  void everyOptionIsRead() {
    ServiceConfiguration parsed = parse(EVERY_OPTION);
    assertThat(parsed)
        .isEqualTo(
            new ServiceConfiguration(
                "0.0.0.0",
                1234,
                "",
                "one",
                "mlflow",
                OptionalInt.of(3),
                9,
                OptionalInt.of(80),
                "127.0.0.1",
                OptionalInt.of(81),
                "127.0.0.2",
                Duration.ofMinutes(2),
                7,
                1 << 20,
                false,
                2048,
                404,
                Duration.ofSeconds(8),
                5,
                true,
                true,
                Optional.of(Duration.ofSeconds(2)),
                Duration.ofSeconds(3),
                ServerScope.PARTITION,
                true,
                Optional.of(
                    new JournalConfiguration(
                        "/journal",
                        new JournalFlush(JournalFlush.Kind.LATER, Duration.ofMillis(100)),
                        Duration.ofDays(2),
                        "Idempotency-Key",
                        Duration.ofHours(1))),
                false,
                new OperationsConfiguration(
                    OptionalInt.of(82),
                    "127.0.0.4",
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(7),
                    Optional.of(
                        new AccessConfiguration(
                            Optional.of(new HiddenText("swordfish-0123456789")),
                            Optional.of("/tokens"),
                            Set.of(ManagementPart.METRICS, ManagementPart.PAGE))),
                    Optional.of(
                        new RateLimitConfiguration(
                            new RateLimitConfiguration.Rate(600, Duration.ofMinutes(1)),
                            RateLimitBy.ADDRESS)),
                    Set.of("GET", "POST"),
                    true,
                    false,
                    false,
                    false,
                    new TransportConfiguration(
                        Optional.empty(),
                        true,
                        new ConnectionLimits(
                            OptionalInt.of(77), Duration.ofMinutes(2), Duration.ofSeconds(5))),
                    new InternalConfiguration(true, new PortRange(7000, 7010)),
                    new MannersConfiguration(
                        Set.of("https://one.example", "http://two.example:8080"),
                        Set.of("X-One", "X-Two"),
                        Set.of("one.internal", "10.0.0.1"),
                        true,
                        false,
                        AccessLog.JSON)),
                Optional.of(
                    new ForwardingConfiguration(
                        "me",
                        "gateway.example",
                        2222,
                        "10.0.0.1",
                        OptionalInt.of(9000),
                        3,
                        "/keys",
                        Optional.of(new HiddenText(SAS)),
                        Optional.of(new HiddenText("swordfish")),
                        Duration.ofSeconds(4),
                        Duration.ofMinutes(1),
                        "127.0.0.3",
                        Optional.of("gateway.example ssh-ed25519 AAAA"),
                        HostKeyChecking.ACCEPT_NEW)),
                EVERY_OPTION));
  }

  @Test
  void everyOptionIsTestedAwayFromItsDefault() {
    assertThat(EVERY_OPTION.keySet())
        .isEqualTo(
            ReaderOptions.ALL.stream()
                .map(ServingOption::name)
                .filter(name -> !name.startsWith("tls."))
                .collect(Collectors.toSet()));
    for (ServingOption<?> option : ReaderOptions.ALL) {
      if (EVERY_OPTION.containsKey(option.name())) {
        assertThat(EVERY_OPTION.get(option.name())).isNotEqualTo(option.defaultText());
      }
    }
  }

  @Test
  void namesAreReadInAnyCase() {
    assertThat(parse(Map.of("PORT", "1", "Path", "api", "MAXQUEUESIZE", "7")).maxQueueSize())
        .isEqualTo(7);
  }

  @Test
  void pathAndNameStandInForEachOther() {
    assertThat(parse(Map.of("port", "1", "path", "api")).name()).isEqualTo("api");
    assertThat(parse(Map.of("port", "1", "name", "api")).path()).isEqualTo("api");
    assertThat(parse(Map.of("port", "1", "path", "/")).name()).isEqualTo("root");
    assertThat(parse(Map.of("port", "1", "path", "/")).path()).isEmpty();
    assertThat(parse(Map.of("port", "1", "path", "/", "name", "all")).name()).isEqualTo("all");
  }

  @ParameterizedTest
  @CsvSource({
    "host,a b",
    "port,65536",
    "port,-1",
    "port,http",
    "path,a?b",
    "path,a//b",
    "path,/_serving/a",
    "path,_serving",
    "name,' '",
    "numPartitions,0",
    "maxPortAttempts,0",
    "gateway.port,65536",
    "gateway.host,a b",
    "coordinator.port,65536",
    "coordinator.host,a b",
    "requestTimeout,0ms",
    "requestTimeout,soon",
    "requestTimeout,25h",
    "maxQueueSize,0",
    "maxQueueBytes,1",
    "maxBodySize,2g",
    "maxBodySize,-1",
    "noReplyStatus,100",
    "maxRequestAttempts,0",
    "includeTimestamp,maybe",
    "includeCaller,maybe",
    "auth.open,health",
    "auth.open,''",
    "management.port,65536",
    "management.host,a b",
    "drainDelay,2h",
    "drainTimeout,later",
    "methods,get",
    "requestId,maybe",
    "hosts,http://a",
    "maxConnections,0",
    "idleTimeout,0ms",
    "receiveTimeout,2h",
    "rateLimit,100",
    "rateLimit,0/s",
    "rateLimit,1000001/s",
    "rateLimit,100/w",
    "rateLimit,100/s/s",
    "rateLimit.by,nobody",
    "internal.tls,maybe",
    "internal.port,-1",
    "internal.port,65536",
    "internal.port,7010-7000",
    "internal.port,0-7000",
    "internal.port,7000-",
    "internal.port,7000-7005-7010",
    "forwarding.enabled,maybe",
    "forwarding.sshPort,0",
    "forwarding.remotePortStart,65536",
    "forwarding.maxRetries,-1",
    "forwarding.timeout,1ms",
    "forwarding.keepAlive,2h",
    "forwarding.hostKeyChecking,perhaps"
  })
  void aBadValueIsRefusedWithOptionValueAndWhatIsAllowed(String option, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parseWith(option, value))
        .withMessageStartingWith("Invalid value '" + value + "' for option '" + option + "'")
        .withMessageContaining("expected");
  }

  @ParameterizedTest
  @CsvSource({"100/s,100,1", "600 / M,600,60", "7/hour,7,3600", "1000000/d,1000000,86400"})
  void aRateIsANumberOfRequestsInATime(String text, int requests, long seconds) {
    assertThat(parseWith("rateLimit", text).operations().rateLimit().orElseThrow().rate())
        .isEqualTo(new RateLimitConfiguration.Rate(requests, Duration.ofSeconds(seconds)));
  }

  @Test
  void aRateIsForCallersWhereTheyShowTokensAndForAddressesElsewhere() {
    Map<String, String> options =
        new HashMap<>(Map.of("port", "1", "path", "api", "rateLimit", "100/s"));
    assertThat(parse(options).operations().rateLimit().orElseThrow().by())
        .isEqualTo(RateLimitBy.ADDRESS);
    options.put("rateLimit.by", "caller");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(options))
        .withMessageStartingWith("Invalid options: rateLimit.by is caller")
        .withMessageContaining("auth.tokens");
    options.put("auth.tokens", "swordfish-0123456789");
    assertThat(parse(options).operations().rateLimit().orElseThrow().by())
        .isEqualTo(RateLimitBy.CALLER);
    options.remove("rateLimit.by");
    assertThat(parse(options).operations().rateLimit().orElseThrow().by())
        .isEqualTo(RateLimitBy.CALLER);
    options.remove("rateLimit");
    options.put("rateLimit.by", "address");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(options))
        .withMessageStartingWith("Missing option 'rateLimit'");
  }

  @Test
  void forwardingNeedsAUserAndAGateway() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parseWith("forwarding.enabled", "true"))
        .withMessageStartingWith("Missing option 'forwarding.username'");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                parse(
                    Map.of(
                        "port", "1",
                        "path", "api",
                        "forwarding.enabled", "true",
                        "forwarding.username", "me")))
        .withMessageStartingWith("Missing option 'forwarding.sshHost'");
    assertThat(parseWith("forwarding.username", "me").forwarding()).isEmpty();
  }

  @Test
  void knownHostKeysAreTheOnlyOnesUnlessSaidOtherwise() {
    Map<String, String> options = new HashMap<>(Map.of("port", "1", "path", "api"));
    options.putAll(Map.of("forwarding.Enabled", "true", "forwarding.UserName", "me"));
    options.putAll(Map.of("FORWARDING.SSHHOST", "there", "host", "0.0.0.0"));
    ForwardingConfiguration unpinned = parse(options).forwarding().orElseThrow();
    assertThat(unpinned.hostKeyChecking()).isEqualTo(HostKeyChecking.ACCEPT_NEW);
    assertThat(unpinned.localHost()).isEqualTo("localhost");
    options.put("forwarding.knownHosts", "~/.ssh/known_hosts");
    ForwardingConfiguration pinned = parse(options).forwarding().orElseThrow();
    assertThat(pinned.hostKeyChecking()).isEqualTo(HostKeyChecking.STRICT);
  }

  @Test
  void tlsTakesTwoFilesOrAKeyStore() {
    Map<String, String> files = Map.of("tls.certificate", "/c", "TLS.key", "/k");
    Map<String, String> clients =
        Map.of("tls.clientAuth", "Required", "tls.trustCertificates", "/t");
    assertThat(tls(files, clients))
        .isEqualTo(
            new TransportConfiguration(
                Optional.of(
                    new TlsConfiguration(
                        Optional.of("/c"),
                        Optional.of("/k"),
                        Optional.empty(),
                        Optional.empty(),
                        ClientCertificates.REQUIRED,
                        Optional.of("/t"))),
                true,
                ConnectionLimits.DEFAULT));
    Map<String, String> keyStore =
        Map.of("tls.keyStore", "/s", "tls.keyStorePassword", "swordfish");
    TlsConfiguration stored = tls(keyStore, Map.of("http2", "false")).tls().orElseThrow();
    assertThat(stored.keyStorePassword().orElseThrow().reveal()).isEqualTo("swordfish");
    assertThat(stored.toString()).contains("/s").doesNotContain("swordfish");
    assertThat(tls(Map.of(), Map.of())).isEqualTo(TransportConfiguration.PLAIN);
  }

  @Test
  void optionsForTlsThatDoNotGoTogetherAreRefused() {
    Map<String, String> files = Map.of("tls.certificate", "/c", "tls.key", "/k");
    Map<String, String> keyStore =
        Map.of("tls.keyStore", "/s", "tls.keyStorePassword", "swordfish");
    Map<String, String> clients =
        Map.of("tls.clientAuth", "optional", "tls.trustCertificates", "/t");
    assertTlsRefused("both set", files, keyStore);
    assertTlsRefused("together", Map.of("tls.key", "/k"), Map.of());
    assertTlsRefused("together", Map.of("tls.keyStore", "/s"), Map.of());
    assertTlsRefused("needs tls.trustC", files, Map.of("tls.clientAuth", "required"));
    assertTlsRefused("no effect", files, Map.of("tls.trustCertificates", "/t"));
    assertTlsRefused("needs a certificate", clients, Map.of());
    Map<String, String> gateway = Map.of("gateway.port", "0");
    assertTlsRefused("needs internal.tls", files, gateway);
    Map<String, String> gatewayAndClients = new HashMap<>(gateway);
    gatewayAndClients.putAll(clients);
    assertTlsRefused("tls.clientAuth does not go", files, gatewayAndClients);
    assertThat(tls(files, Map.of("gateway.port", "0", "internal.tls", "true")).scheme())
        .isEqualTo("https");
  }

  private static TransportConfiguration tls(Map<String, String> some, Map<String, String> more) {
    Map<String, String> options = new HashMap<>(Map.of("port", "1", "path", "api"));
    options.putAll(some);
    options.putAll(more);
    return parse(options).operations().transport();
  }

  private static void assertTlsRefused(
      String problem, Map<String, String> some, Map<String, String> more) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tls(some, more))
        .withMessageContaining(problem)
        .satisfies(
            failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("swordfish"));
  }

  @Test
  void secretsAreNeverPrinted() {
    assertThat(parse(EVERY_OPTION).toString()).contains("gateway.example").doesNotContain("swordf");
    assertThat(parse(EVERY_OPTION).differences(parseWith("host", "here")))
        .doesNotContain("swordfish");
    for (String option :
        Set.of(
            "forwarding.keySas",
            "forwarding.keySass",
            "auth.tokens",
            "auth.token",
            "tls.password")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> parseWith(option, "https://me/?sig=swordfish"))
          .withMessageContaining("'" + option + "'")
          .satisfies(
              failure -> assertThat(failure).hasStackTraceContaining("***"),
              failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("swordfish"));
    }
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(Map.of("path", "api")))
        .withMessageStartingWith("Missing option 'port'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(Map.of("port", "1")))
        .withMessageStartingWith("Missing option 'path'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SinkConfiguration.parse(Map.of()))
        .withMessageStartingWith("Missing option 'name'");
  }

  @Test
  void aSinkReadsItsOptionsAndLetsSparksOwnPass() {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(
        Map.of("NAME", "one", "idcol", "i", "ReplyCol", "r", "checkpointLocation", "/there"));
    assertThat(SinkConfiguration.parse(options))
        .isEqualTo(new SinkConfiguration("one", "i", "r", Optional.empty()));
    assertThat(WriterOptions.ALL.stream().map(ServingOption::name).collect(Collectors.toSet()))
        .isEqualTo(Set.of("name", "idCol", "replyCol"));
  }
}
