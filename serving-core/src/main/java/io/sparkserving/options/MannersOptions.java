package io.sparkserving.options;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The options of {@code readStream} for what a service does for its callers, each defined once. */
final class MannersOptions {
  static final ServingOption<Set<String>> CORS_ORIGINS =
      new ServingOption<>(
          "cors.origins",
          "string",
          null,
          "origins such as https://app.example.com, with commas or spaces between, or * for all",
          "Web pages of these origins may call the service from a browser (CORS). Default: none.",
          list("\\*|https?://[^\\s,/]+([,\\s]+https?://[^\\s,/]+)*"));

  static final ServingOption<Set<String>> CORS_HEADERS =
      new ServingOption<>(
          "cors.headers",
          "string",
          "Content-Type, Authorization, X-API-Key, X-Request-Id, traceparent",
          "names of headers, with commas or spaces between",
          "Request headers that pages of cors.origins may send.",
          list("[A-Za-z0-9-]+([,\\s]+[A-Za-z0-9-]+)*"));

  static final ServingOption<Set<String>> HOSTS =
      new ServingOption<>(
          "hosts",
          "string",
          null,
          "host names or addresses without ports, with commas or spaces between, or * for all",
          "Names by which callers may reach a service that listens on localhost alone and asks for"
              + " no token, besides localhost, *.localhost, 127.0.0.0/8 and ::1. Requests for other"
              + " names are answered 421, those of web pages of other names 403, unless"
              + " cors.origins has them.",
          text -> lowerCase(list("\\*|[^\\s,/]+([,\\s]+[^\\s,/]+)*").parse(text)));

  static final ServingOption<Boolean> COMPRESSION =
      new ServingOption<>(
          "compression",
          "boolean",
          "false",
          "true or false",
          "Whether replies of 1024 bytes and more, of text, JSON or XML, travel as gzip to clients"
              + " that accept it.",
          OptionParsers.truth());

  static final ServingOption<Boolean> DECOMPRESSION =
      new ServingOption<>(
          "decompression",
          "boolean",
          "true",
          "true or false",
          "Whether the query gets bodies that came as gzip as they were before. A body larger than"
              + " maxBodySize then is answered 413, one of another Content-Encoding 415. With false"
              + " the query gets bodies as they come.",
          OptionParsers.truth());

  static final ServingOption<AccessLog> ACCESS_LOG =
      new ServingOption<>(
          "accessLog",
          "string",
          "off",
          "off, ncsa or json",
          "Logs every request, when it is answered, to the logger io.sparkserving.access, where its"
              + " server is.",
          AccessLog::parse);

  static final List<ServingOption<?>> ALL =
      List.of(CORS_ORIGINS, CORS_HEADERS, HOSTS, COMPRESSION, DECOMPRESSION, ACCESS_LOG);

  private MannersOptions() {}

  private static Set<String> lowerCase(Set<String> texts) {
    return texts.stream()
        .map(text -> text.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static ServingOption.Parser<Set<String>> list(String pattern) {
    ServingOption.Parser<String> text = OptionParsers.text(pattern);
    return value ->
        Collections.unmodifiableSet(
            new LinkedHashSet<>(List.of(text.parse(value).split("[,\\s]+"))));
  }
}
