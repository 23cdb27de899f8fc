package io.sparkserving.columns;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.json_array_length;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;

/** The kind of JSON value that a body must be, object or array, as its schema says. */
enum JsonRoot {
  OBJECT("{", "object"),
  ARRAY("[", "array");

  /** JSON's white space, and the byte order mark, which JSON readers may ignore. */
  private static final String BEFORE_JSON = " \t\r\n\uFEFF";

  private final String opening;
  private final String label;

  JsonRoot(String opening, String label) {
    this.opening = opening;
    this.label = label;
  }

  static JsonRoot of(DataType schema) {
    return schema instanceof ArrayType ? ARRAY : OBJECT;
  }

  String opening() {
    return opening;
  }

  String label() {
    return label;
  }

  /** A column's text from its first sign of JSON on. */
  static Column trimmed(String column) {
    // Not the function ltrim, whose use with two arguments Spark warns of.
    return expr("trim(LEADING '" + BEFORE_JSON + "' FROM " + SqlNames.quoted(column) + ")");
  }

  /**
   * Whether a trimmed text is one JSON value of this kind and nothing else. {@code from_json} does
   * not tell: it ignores what follows the value, and gives a bad field the same null as a bad body.
   * This function puts the text first in an array of two elements, which anything after the value
   * would break.
   */
  Column isRootOf(Column text) {
    Column elements = json_array_length(concat(lit("["), text, lit(",0]")));
    return coalesce(text.startsWith(opening).and(elements.equalTo(2)), lit(false));
  }
}
