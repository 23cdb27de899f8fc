package io.sparkserving.task.reply;

import io.sparkserving.columns.EntityText;
import org.jspecify.annotations.Nullable;

/**
 * Words what a client is told of a refused body: what was expected, what is wrong, how it starts.
 */
final class RefusalDetail {
  private static final int LIST_LENGTH = 500;
  private static final int NAME_LENGTH = 50;

  private RefusalDetail() {}

  /**
   * Returns the detail of a 400. Parameters are the values of a {@link
   * io.sparkserving.columns.Refusal}'s columns.
   */
  static String of(
      @Nullable String charset,
      @Nullable String root,
      @Nullable String schema,
      @Nullable String excerpt,
      @Nullable String fault,
      @Nullable String wrong) {
    String expected =
        root == null ? "text" : "a JSON %s of %s".formatted(root, bounded(schema, LIST_LENGTH));
    return "Expected %s. %s%s"
        .formatted(expected, whatIsWrong(charset, root, fault, wrong), start(excerpt));
  }

  private static String whatIsWrong(
      @Nullable String charset,
      @Nullable String root,
      @Nullable String fault,
      @Nullable String wrong) {
    if (charset == null) {
      return "The request has no body.";
    }
    if (!EntityText.isSupported(charset)) {
      return "Unsupported charset '" + bounded(charset, NAME_LENGTH) + "'.";
    }
    if (fault != null) {
      return fault;
    }
    if (wrong == null || wrong.isEmpty()) {
      return "The body is not a JSON " + root + ".";
    }
    return "Missing, or of another type: " + bounded(wrong, LIST_LENGTH) + ".";
  }

  private static String start(@Nullable String excerpt) {
    return excerpt == null || excerpt.isEmpty() ? "" : " The body starts with: " + excerpt;
  }

  private static String bounded(@Nullable String text, int length) {
    return text == null || text.length() <= length ? "" + text : text.substring(0, length) + "...";
  }
}
