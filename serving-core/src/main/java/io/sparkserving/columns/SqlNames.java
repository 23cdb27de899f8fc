package io.sparkserving.columns;

/** Names as they are written in SQL and in column paths. */
final class SqlNames {

  private SqlNames() {}

  /** Returns a name in quotes, by which dots and other signs are part of the name. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
