package io.sparkserving.columns;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.sparkserving.schema.FieldSource;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StringType;
import org.jspecify.annotations.Nullable;

/** Writes values that came as plain text as JSON of a field's type. */
final class FieldText {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+([.]\\d*)?|[.]\\d+)([eE][+-]?\\d+)?");
  private static final String NULL = "null";

  private FieldText() {}

  /**
   * Writes the values of a field.
   *
   * @param type a {@linkplain FieldSource#isPlain plain} one
   * @param values all that the field was given, one at least
   * @return JSON; null if the values are not of the type
   */
  static @Nullable String json(DataType type, List<String> values) {
    if (type instanceof ArrayType array) {
      List<@Nullable String> elements =
          values.stream()
              .<@Nullable String>map(value -> scalar(array.elementType(), value))
              .toList();
      return elements.contains(null)
          ? null
          : elements.stream().collect(Collectors.joining(",", "[", "]"));
    }
    return values.size() == 1 ? scalar(type, values.get(0)) : null;
  }

  private static @Nullable String scalar(DataType type, String value) {
    if (type instanceof StringType) {
      return string(value);
    }
    String text = value.strip();
    if (text.isEmpty()) {
      return NULL;
    }
    try {
      return ofText(type, text);
    } catch (IllegalArgumentException | DateTimeException e) {
      return null;
    }
  }

  private static @Nullable String ofText(DataType type, String text) {
    if (type instanceof BooleanType) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "1" -> "true";
        case "false", "0" -> "false";
        default -> null;
      };
    }
    if (FieldSource.isInteger(type)) {
      long value = Long.parseLong(text);
      int unused = 64 - 8 * type.defaultSize();
      return value << unused >> unused == value ? Long.toString(value) : null;
    }
    if (type instanceof DoubleType || type instanceof FloatType) {
      return JsonFit.isNotFinite(text) ? string(text) : finite(text);
    }
    if (type instanceof DecimalType decimal) {
      return NUMBER.matcher(text).matches() && JsonFit.fits(text, decimal) ? string(text) : null;
    }
    if (type instanceof DateType) {
      return string(LocalDate.parse(text).toString());
    }
    if (type instanceof BinaryType) {
      Base64.getDecoder().decode(text);
      return string(text);
    }
    return isTime(text) ? string(text) : null;
  }

  private static @Nullable String finite(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return null;
    }
    double value = Double.parseDouble(text);
    return Double.isInfinite(value) ? null : Double.toString(value);
  }

  /**
   * Whether a text is a time as ISO 8601 has it, of which the offset and the time may be missing.
   */
  private static boolean isTime(String text) {
    String iso = text.replaceFirst(" ", "T");
    if (!iso.contains("T")) {
      return LocalDate.parse(iso) != null;
    }
    return iso.matches(".*T.*(Z|[+-]\\d\\d(:?\\d\\d)?)")
        ? OffsetDateTime.parse(iso) != null
        : LocalDateTime.parse(iso) != null;
  }

  /** Writes a text as a string of JSON. */
  static String string(String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
