package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.RawResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a group's running count has to look like from outside, whatever batches there were. */
final class RunningCounts {

  private static final Pattern COUNT = Pattern.compile("\\{\"count\":(\\d+)}");

  private RunningCounts() {}

  /** Sends as many requests of each group, all at once; the counts that came back, sorted. */
  static List<List<Integer>> ask(HeadService service, int requestsPerGroup, String... groups)
      throws Exception {
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < requestsPerGroup; i++) {
      for (String group : groups) {
        bodies.add("{\"group\":\"" + group + "\"}");
      }
    }
    List<RawResponse> responses = service.postAll(bodies);
    List<List<Integer>> counts = new ArrayList<>();
    for (int group = 0; group < groups.length; group++) {
      List<Integer> ofGroup = new ArrayList<>();
      for (int i = group; i < responses.size(); i += groups.length) {
        ofGroup.add(count(responses.get(i)));
      }
      counts.add(ofGroup.stream().sorted().toList());
    }
    return counts;
  }

  /**
   * A count reached by a batch is told to each request of that batch: a count that is n more than
   * the count before it has to be there n times.
   */
  static void assertRunOn(int before, List<Integer> sortedCounts) {
    int reached = before;
    for (int count : sortedCounts.stream().distinct().toList()) {
      long told = sortedCounts.stream().filter(other -> other == count).count();
      assertThat(told).as("requests told %d in %s", count, sortedCounts).isEqualTo(count - reached);
      reached = count;
    }
    assertThat(reached).isEqualTo(before + sortedCounts.size());
  }

  private static int count(RawResponse response) {
    Matcher matcher = COUNT.matcher(response.text());
    assertThat(matcher.matches()).as("%s", response).isTrue();
    return Integer.parseInt(matcher.group(1));
  }
}
