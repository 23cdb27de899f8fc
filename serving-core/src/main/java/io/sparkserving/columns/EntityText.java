package io.sparkserving.columns;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/**
 * The text of an entity, by the charset that its Content-Type names.
 *
 * <p>UTF-8 is not decoded but taken as it is: Spark's strings are UTF-8, and {@code decode} throws
 * on malformed input from Spark 4 on. The other charsets are those that {@code decode} knows in
 * every Spark version.
 */
public final class EntityText {

  private static final String CHARSET_PARAMETER = "(?i);\\s*charset\\s*=\\s*\"?([^\\s;\"]+)";
  private static final Object[] UTF_8 = {"", "utf-8", "utf8", "us-ascii", "ascii"};
  private static final String LATIN_1 = "iso-8859-1";
  private static final String LATIN_1_ALIAS = "latin1";
  private static final Object[] DECODED = {
    LATIN_1, LATIN_1_ALIAS, "utf-16", "utf-16be", "utf-16le", "utf-32"
  };

  private static final List<Object> SUPPORTED =
      Stream.of(UTF_8, DECODED).flatMap(Stream::of).toList();

  private EntityText() {}

  /** The body as a string; null without a body, and where the charset is not supported. */
  public static Column of(Column entity) {
    return of(entity.getField("content"), charset(entity));
  }

  /** The body as a string, from its bytes and the charset's name in lower case. */
  static Column of(Column content, Column charset) {
    Column decodable = when(charset.equalTo(LATIN_1_ALIAS), LATIN_1).otherwise(charset);
    return when(charset.isin(UTF_8), content.cast(DataTypes.StringType))
        .when(charset.isin(DECODED), call_function("decode", content, decodable));
  }

  /** The name of the charset in lower case; empty where the content type names none. */
  static Column charset(Column entity) {
    Column contentType = entity.getField("contentType").getField("value");
    Column named = lower(regexp_extract(contentType, CHARSET_PARAMETER, 1));
    return coalesce(when(contentType.contains(";"), named), lit(""));
  }

  /** Whether {@link #of} reads this charset, named in lower case. */
  public static boolean isSupported(String charset) {
    return SUPPORTED.contains(charset);
  }

  /** Whether {@link #of} cannot read the charset that the content type names. */
  static Column unsupportedCharset(Column entity) {
    return not(charset(entity).isin(SUPPORTED.toArray()));
  }
}
