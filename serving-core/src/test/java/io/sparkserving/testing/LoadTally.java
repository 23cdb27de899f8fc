package io.sparkserving.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Counts what a load run sees; safe for many threads. */
final class LoadTally {

  private static final int KEPT = 10;

  private final int requests;
  private final TreeMap<Integer, Integer> byStatus = new TreeMap<>();
  private final List<String> firstMismatches = new ArrayList<>();
  private final List<String> firstErrors = new ArrayList<>();
  private int mismatches;
  private int errors;

  LoadTally(int requests) {
    this.requests = requests;
  }

  synchronized void answered(int request, RawResponse response, boolean matches) {
    byStatus.merge(response.status(), 1, Integer::sum);
    if (!matches) {
      mismatches++;
      keep(firstMismatches, "request " + request + ": " + response);
    }
  }

  synchronized void failed(int request, Exception failure) {
    errors++;
    keep(firstErrors, "request " + request + ": " + failure);
  }

  synchronized LoadReport report(Duration elapsed) {
    int answered = byStatus.values().stream().mapToInt(Integer::intValue).sum();
    int missing = requests - answered - errors;
    List<String> errorTexts = new ArrayList<>(firstErrors);
    if (missing > 0) {
      errorTexts.add(missing + " requests without an answer when the time was over");
    }
    return new LoadReport(
        requests,
        new TreeMap<>(byStatus),
        mismatches,
        List.copyOf(firstMismatches),
        errors + missing,
        List.copyOf(errorTexts),
        elapsed);
  }

  private static void keep(List<String> texts, String text) {
    if (texts.size() < KEPT) {
      texts.add(text);
    }
  }
}
