package io.sparkserving.exchange;

import org.jspecify.annotations.Nullable;

/**
 * What a reply answers: a request, or one of the records of its body. In rows it is the text {@code
 * requestId} of the id: {@code 17} for request 17, {@code 17-0-3} for the first of its three
 * records, and {@code 17-0-3e} if an error is a reply to the record alone.
 *
 * @param requestId number of the request, unique in its server
 * @param position of the record, from 0; 0 for a request
 * @param records of the request; 0 if the reply answers the request itself
 * @param errorsInPlace whether an error takes the record's place in the reply; if not, it is the
 *     reply to the request
 */
public record ReplyPlace(long requestId, int position, int records, boolean errorsInPlace) {
  /** Between the numbers. */
  public static final String SEPARATOR = "-";

  /** After the numbers, where an error takes the record's place. */
  public static final String ERRORS_IN_PLACE = "e";

  private static final int NUMBERS = 3;

  /** The place of a reply to a whole request. */
  public static ReplyPlace of(long requestId) {
    return new ReplyPlace(requestId, 0, 0, false);
  }

  /** Reads the text of a row's id; null if no source gave it. */
  public static @Nullable ReplyPlace parse(String text) {
    try {
      return text.contains(SEPARATOR) ? parseRecord(text) : of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable ReplyPlace parseRecord(String text) {
    boolean inPlace = text.endsWith(ERRORS_IN_PLACE);
    String[] numbers = text.substring(0, text.length() - (inPlace ? 1 : 0)).split(SEPARATOR, -1);
    if (numbers.length != NUMBERS) {
      return null;
    }
    int position = Integer.parseInt(numbers[1]);
    int records = Integer.parseInt(numbers[2]);
    return position < records
        ? new ReplyPlace(Long.parseLong(numbers[0]), position, records, inPlace)
        : null;
  }

  /** Whether the reply answers the request itself. */
  public boolean isOfRequest() {
    return records == 0;
  }
}
