package io.sparkserving.options;

import java.util.List;

/** Renders the option tables of docs/options.md from the definitions. */
final class OptionsReference {
  private OptionsReference() {}

  static String reader() {
    return table(ReaderOptions.ALL);
  }

  static String writer() {
    return table(WriterOptions.ALL);
  }

  static String supervision() {
    return table(SupervisionOptions.ALL);
  }

  private static String table(List<ServingOption<?>> options) {
    StringBuilder table =
        new StringBuilder("| option | type | default | allowed | meaning |\n")
            .append("| --- | --- | --- | --- | --- |\n");
    for (ServingOption<?> option : options) {
      String defaultText = option.defaultText() == null ? "" : "`" + option.defaultText() + "`";
      table.append(
          "| `%s` | %s | %s | %s | %s |\n"
              .formatted(
                  option.name(), option.type(), defaultText, option.allowed(), option.doc()));
    }
    return table.toString();
  }
}
