package io.sparkserving.options;

/**
 * The ports of which a JVM takes the first that is free.
 *
 * @param first lowest port; 0 for any that the system chooses
 * @param last highest port, itself included
 */
public record PortRange(int first, int last) {
  private static final int MOST = 65_535;

  /** Any port that the system chooses. */
  public static final PortRange ANY = new PortRange(0, 0);

  static final String ALLOWED =
      "a port from 0 to 65535, where 0 picks any free one, or a range such as 7000-7010";

  /** Reads {@code 7000}, {@code 7000-7010} or {@code 0}. */
  static PortRange parse(String text) {
    String[] ends = text.split("\\s*-\\s*", -1);
    int first = Integer.parseInt(ends[0]);
    int last = Integer.parseInt(ends[ends.length - 1]);
    boolean isRange = ends.length == 2 && first > 0 && first <= last;
    if (first < 0 || last > MOST || (ends.length != 1 && !isRange)) {
      throw new IllegalArgumentException(text);
    }
    return new PortRange(first, last);
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
