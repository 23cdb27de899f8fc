package io.sparkserving.columns;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/** Whether {@code from_json} makes a value of a type of a JSON value. */
enum JsonFit {
  YES,
  NO,
  /** The kind of JSON value is right; what it says may not be. */
  MAYBE;

  private static final Set<String> NOT_FINITE =
      Set.of("NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF");

  /** Tells of the value, not null, that a parser is at. */
  static JsonFit of(DataType type, JsonParser at) throws IOException {
    JsonToken token = at.currentToken();
    if (type instanceof StringType
        || type instanceof NullType
        || type.typeName().equals("variant")) {
      return YES;
    }
    if (token.isStructStart() || isContainer(type)) {
      return NO;
    }
    if (type instanceof BooleanType) {
      return yesIf(token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE);
    }
    if (isInteger(type)) {
      return yesIf(token == JsonToken.VALUE_NUMBER_INT && isInRange(type, at));
    }
    if (type instanceof DoubleType || type instanceof FloatType) {
      return yesIf(token.isNumeric() || isNotFinite(at.getText()));
    }
    if (type instanceof DecimalType decimal) {
      return yesIf(
          (token.isNumeric() || token == JsonToken.VALUE_STRING)
              && fits(at.getText().replace(",", ""), decimal));
    }
    if (type instanceof TimestampType && token == JsonToken.VALUE_NUMBER_INT) {
      return YES;
    }
    return token == JsonToken.VALUE_STRING ? MAYBE : NO;
  }

  /** Whether a text is what JSON readers take for a number that is not finite. */
  static boolean isNotFinite(String text) {
    return NOT_FINITE.contains(text);
  }

  private static JsonFit yesIf(boolean fits) {
    return fits ? YES : NO;
  }

  private static boolean isContainer(DataType type) {
    return type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
  }

  private static boolean isInteger(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType;
  }

  private static boolean isInRange(DataType type, JsonParser at) throws IOException {
    try {
      long value = Long.parseLong(at.getText());
      int unused = 64 - 8 * type.defaultSize();
      return value << unused >> unused == value;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Whether a number is one of a decimal type. */
  static boolean fits(String number, DecimalType type) {
    if (DecimalText.isTooLarge(number)) {
      return false;
    }
    try {
      BigDecimal value = new BigDecimal(number);
      return value.precision() - value.scale() <= type.precision() - type.scale();
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
