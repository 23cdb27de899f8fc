package io.sparkserving.options;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

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

  /** How many letters of a misspelt name may differ. */
  private static final int MISSPELT = 3;

  private static final int MOST_SUGGESTED = 3;

  /** The shortest name that is recognised as a part of another one, such as timeout. */
  private static final int SHORTEST_PART = 5;

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
                "Unsupported option '%s' (value '%s') for %s: %s"
                    .formatted(
                        name,
                        // Such as a misspelt forwarding.keySas.
                        SECRETIVE.stream().anyMatch(lowerCase::startsWith) ? "***" : value,
                        use,
                        advice(lowerCase, known)));
          }
        });
  }

  private static String advice(String lowerCase, List<ServingOption<?>> known) {
    String ours = SynapseOptions.INSTEAD.get(lowerCase);
    if (ours != null) {
      return ours;
    }
    List<String> names = known.stream().map(ServingOption::name).toList();
    List<String> near =
        names.stream()
            .filter(name -> distance(lowerCase, name) <= MISSPELT)
            .sorted(Comparator.comparingInt(name -> distance(lowerCase, name)))
            .limit(MOST_SUGGESTED)
            .toList();
    return near.isEmpty()
        ? "expected one of %s.".formatted(String.join(", ", names))
        : "did you mean %s? docs/options.md has all.".formatted(String.join(" or ", near));
  }

  /** How many letters differ, where those that only one of the names has at an end do not count. */
  private static int distance(String lowerCase, String name) {
    String other = name.toLowerCase(Locale.ROOT);
    boolean isPart =
        Math.min(lowerCase.length(), other.length()) >= SHORTEST_PART
            && (lowerCase.contains(other) || other.contains(lowerCase));
    return isPart ? 1 : LevenshteinDistance.getDefaultInstance().apply(lowerCase, other);
  }
}
