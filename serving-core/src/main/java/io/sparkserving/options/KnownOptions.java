package io.sparkserving.options;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Refuses options that nobody reads, so that a misspelt one is not ignored in silence. */
final class KnownOptions {
  /** Names, in lower case, that Spark itself keeps among a stream writer's options. */
  private static final Set<String> SPARK_WRITER_OPTIONS =
      Set.of(
          "queryname",
          "checkpointlocation",
          "asyncprogresstrackingenabled",
          "asyncprogresstrackingcheckpointintervalms",
          "_asyncprogresstrackingoverridesinksupportcheck");

  /** Beginnings of names whose values are secret, or might be if the name were spelt well. */
  private static final List<String> SECRETIVE = List.of("forwarding.", "auth", "tls");

  private KnownOptions() {}

  static void checkReader(Map<String, String> given) {
    check(given, ReaderOptions.ALL, Set.of(), "reading a service");
  }

  static void checkWriter(Map<String, String> given) {
    List<ServingOption<?>> known =
        Stream.concat(WriterOptions.ALL.stream(), SupervisionOptions.ALL.stream()).toList();
    check(given, known, SPARK_WRITER_OPTIONS, "writing a service");
  }

  static void checkSupervision(Map<String, String> given) {
    check(given, SupervisionOptions.ALL, Set.of(), "supervising a query");
  }

  private static void check(
      Map<String, String> given,
      List<ServingOption<?>> known,
      Set<String> alsoAllowed,
      String use) {
    Set<String> allowed =
        known.stream()
            .map(option -> option.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    given.forEach(
        (name, value) -> {
          String lowerCase = name.toLowerCase(Locale.ROOT);
          if (!allowed.contains(lowerCase) && !alsoAllowed.contains(lowerCase)) {
            throw new IllegalArgumentException(
                "Unsupported option '%s' (value '%s') for %s: expected one of %s."
                    .formatted(
                        name,
                        // Such as a misspelt forwarding.keySas.
                        SECRETIVE.stream().anyMatch(lowerCase::startsWith) ? "***" : value,
                        use,
                        known.stream().map(ServingOption::name).collect(Collectors.joining(", "))));
          }
        });
  }
}
