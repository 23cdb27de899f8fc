package io.sparkserving.columns;

/** Names as they are written in SQL and in column paths. */
final class SqlNames {

  private SqlNames() {}

  /** Quoted, so that dots and other signs in a name are part of it. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
