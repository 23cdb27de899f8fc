package io.sparkserving.options;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The options of {@code readStream} for whoever looks after a running service, each defined once.
 */
final class OperationsOptions {
  static final ServingOption<Integer> MANAGEMENT_PORT =
      new ServingOption<>(
          "management.port",
          "int",
          null,
          "a whole number from 0 to 65535, where 0 picks any free port",
          "Port for /livez, /readyz and /metrics of each server. A server on an executor tries further ones,"
              + " as it does from port. Default: the service's own port.",
          OptionParsers.integer(0, 65535));

  static final ServingOption<String> MANAGEMENT_HOST =
      new ServingOption<>(
          "management.host",
          "string",
          null,
          "a host name or address of this machine, or 0.0.0.0 for all its addresses",
          "Address for management.port to listen on. Default: host.",
          OptionParsers.text("\\S+"));

  static final ServingOption<Duration> DRAIN_DELAY =
      new ServingOption<>(
          "drainDelay",
          "duration",
          "0ms",
          "a duration from 0ms to 1h, such as 5s",
          "How long a service that is about to stop goes on as before, but is not ready, so that"
              + " load balancers turn elsewhere.",
          OptionParsers.duration(Duration.ZERO, Duration.ofHours(1)));

  static final ServingOption<Duration> DRAIN_TIMEOUT =
      new ServingOption<>(
          "drainTimeout",
          "duration",
          "2s",
          "a duration from 0ms to 1h, such as 500ms or 30s",
          "How long, after drainDelay, the query may take to answer what it has got. What is left"
              + " is answered 503.",
          OptionParsers.duration(Duration.ZERO, Duration.ofHours(1)));

  static final ServingOption<HiddenText> AUTH_TOKENS =
      new ServingOption<>(
          "auth.tokens",
          ServingOption.SECRET,
          null,
          ApiTokens.ALLOWED,
          "Callers must show one of these, as Authorization: Bearer or as X-API-Key, or are answered"
              + " 401. The name is the caller's, for includeCaller, accessLog and metrics. Default:"
              + " whoever reaches the service may call it.",
          ApiTokens::parseOption);

  static final ServingOption<String> AUTH_TOKENS_FILE =
      new ServingOption<>(
          "auth.tokensFile",
          "string",
          null,
          "a file on the machine of each server",
          "Tokens that callers may show, as with auth.tokens and along with those; lines that begin"
              + " with # are left out. It is read again while the service runs.",
          OptionParsers.text(".+"));

  static final ServingOption<Set<ManagementPart>> AUTH_OPEN =
      new ServingOption<>(
          "auth.open",
          "string",
          null,
          "one or more of metrics, page and directory, with commas or spaces between",
          "What a service with tokens tells to whoever asks: its metrics, how it is on the driver's"
              + " page, where its servers are. Default: none of these; health is told to all.",
          ManagementPart::parse);

  static final ServingOption<Set<String>> METHODS =
      new ServingOption<>(
          "methods",
          "string",
          null,
          "HTTP methods such as GET, POST, with commas or spaces between",
          "Methods that the query gets. Others are answered 405. Default: all.",
          text ->
              Collections.unmodifiableSet(
                  new LinkedHashSet<>(
                      List.of(
                          OptionParsers.text("[A-Z]+([,\\s]+[A-Z]+)*")
                              .parse(text)
                              .split("[,\\s]+")))));

  static final ServingOption<Boolean> REQUEST_ID =
      new ServingOption<>(
          "requestId",
          "boolean",
          "false",
          "true or false",
          "Whether every request without an X-Request-Id gets one, among its headers, and every"
              + " answer bears it, as well as the caller's traceparent.",
          OptionParsers.truth());

  static final ServingOption<Boolean> OPENAPI =
      new ServingOption<>(
          "openapi",
          "boolean",
          "true",
          "true or false",
          "Whether every server describes the service at /path/openapi.json, and has a page to try"
              + " it at /path/docs, to whoever GETs these. If not, the query gets them too.",
          OptionParsers.truth());

  static final ServingOption<Boolean> METRICS =
      new ServingOption<>(
          "metrics",
          "boolean",
          "true",
          "true or false",
          "Whether requests are measured, for /metrics of each server and for Spark's own metrics.",
          OptionParsers.truth());

  static final ServingOption<Boolean> PAGE =
      new ServingOption<>(
          "page",
          "boolean",
          "true",
          "true or false",
          "Whether the driver's page at /_serving/ shows the service, and is there at the service's own"
              + " port, or management.port, where that is on the driver.",
          OptionParsers.truth());

  static final List<ServingOption<?>> ALL =
      List.of(
          MANAGEMENT_PORT,
          MANAGEMENT_HOST,
          DRAIN_DELAY,
          DRAIN_TIMEOUT,
          AUTH_TOKENS,
          AUTH_TOKENS_FILE,
          AUTH_OPEN,
          METHODS,
          REQUEST_ID,
          OPENAPI,
          METRICS,
          PAGE);

  private OperationsOptions() {}
}
