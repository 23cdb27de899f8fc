package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Metrics as Prometheus reads them. */
public record Samples(List<Sample> all) {

  /** One line, with its labels as they are written. */
  private record Sample(String name, String labels, double value) {}

  /** Scrapes a port. */
  public static Samples scrape(int port, String path) throws IOException {
    return scrape(port, RawRequest.get(path));
  }

  /** Scrapes a port, with what the request has besides its path. */
  public static Samples scrape(int port, RawRequest request) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return of(http.call(request));
    }
  }

  /** What a scrape has brought. */
  static Samples of(RawResponse response) {
    assertThat(response.status()).as("%s", response).isEqualTo(200);
    assertThat(response.header("Content-Type").orElseThrow()).contains("version=0.0.4");
    return new Samples(
        response
            .text()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(Samples::sample)
            .collect(Collectors.toUnmodifiableList()));
  }

  private static Sample sample(String line) {
    int space = line.lastIndexOf(' ');
    String series = line.substring(0, space);
    int brace = series.indexOf('{');
    return new Sample(
        brace < 0 ? series : series.substring(0, brace),
        brace < 0 ? "" : series.substring(brace),
        Double.parseDouble(line.substring(space + 1)));
  }

  /** The sum of a metric over all series that have these labels, as {@code name="value"}. */
  public double sum(String name, String... labels) {
    return all.stream()
        .filter(sample -> sample.name().equals(name))
        .filter(sample -> List.of(labels).stream().allMatch(sample.labels()::contains))
        .mapToDouble(Sample::value)
        .sum();
  }

  /** Whether there is any such metric. */
  public boolean has(String name) {
    return all.stream().anyMatch(sample -> sample.name().equals(name));
  }
}
