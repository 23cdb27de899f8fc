package io.sparkserving.task.reply;

import io.sparkserving.columns.EntityText;
import io.sparkserving.columns.Refusal;
import io.sparkserving.columns.Refuser;
import io.sparkserving.exchange.Problems;
import java.io.IOException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF6;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * A function that answers a request with a 400: what was expected, what is wrong, how the body
 * starts. It is always false, which is what a filter wants that drops what was refused.
 *
 * <p>Written in Java rather than as columns, since columns that hardly ever run would still make
 * every plan larger and the code that Spark generates for good requests slower.
 */
public class RefuseRequest extends ReplySending
    implements Refuser, UDF6<Row, String, String, String, String, String, Boolean> {
  private static final long serialVersionUID = 1L;
  private static final int LIST_LENGTH = 500;
  private static final int NAME_LENGTH = 50;

  /** For Spark, where the function is registered by its class name. */
  public RefuseRequest() {}

  /**
   * A boolean column whose evaluation refuses. Not deterministic, so that Spark repeats nothing.
   */
  @Override
  public final Column column(Column id, Refusal refusal) {
    return functions
        .udf(this, DataTypes.BooleanType)
        .asNondeterministic()
        .apply(
            id,
            refusal.charset(),
            refusal.root(),
            refusal.schema(),
            refusal.excerpt(),
            refusal.missing());
  }

  /**
   * Refuses.
   *
   * @param id the source's id struct
   * @param charset of the body, in lower case and empty where none is named; null without a body
   * @param root the kind of JSON value that was expected, {@code object} or {@code array}; null for
   *     text
   * @param schema what was expected of it; null for text
   * @param excerpt how the body's text starts; null where it cannot be read
   * @param missing the fields that are missing, with commas between; null or empty if it is not
   *     that
   */
  @Override
  public Boolean call(
      Row id,
      @Nullable String charset,
      @Nullable String root,
      @Nullable String schema,
      @Nullable String excerpt,
      @Nullable String missing)
      throws IOException {
    if (isAnswerable(id)) {
      String expected =
          root == null ? "text" : "a JSON %s of %s".formatted(root, bounded(schema, LIST_LENGTH));
      String detail =
          "Expected %s. %s%s".formatted(expected, wrong(charset, root, missing), start(excerpt));
      send(id, Problems.badRequest(detail));
    }
    return false;
  }

  private static String wrong(
      @Nullable String charset, @Nullable String root, @Nullable String missing) {
    if (charset == null) {
      return "The request has no body.";
    }
    if (!EntityText.isSupported(charset)) {
      return "Unsupported charset '" + bounded(charset, NAME_LENGTH) + "'.";
    }
    if (missing == null || missing.isEmpty()) {
      return "The body is not a JSON " + root + ".";
    }
    return "Missing, or of another type: " + bounded(missing, LIST_LENGTH) + ".";
  }

  private static String start(@Nullable String excerpt) {
    return excerpt == null || excerpt.isEmpty() ? "" : " The body starts with: " + excerpt;
  }

  private static String bounded(@Nullable String text, int length) {
    return text == null || text.length() <= length ? "" + text : text.substring(0, length) + "...";
  }
}
