package io.sparkserving.format;

import io.sparkserving.options.ServiceConfiguration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.RuntimeConfig;

/** Keeps secrets among a stream's options out of the plans that Spark prints and logs. */
final class PlanSecrets {
  private static final String HIDDEN_OPTIONS = "spark.sql.redaction.options.regex";

  private PlanSecrets() {}

  /**
   * Adds the options with secrets to those that the session's plans hide, unless the session's own
   * pattern hides them already.
   */
  static void hide(ServiceConfiguration configuration, RuntimeConfig session) {
    List<String> secrets = configuration.secretOptions();
    if (secrets.isEmpty()) {
      return;
    }
    String hidden = session.get(HIDDEN_OPTIONS);
    Pattern pattern = Pattern.compile(hidden);
    String visible =
        secrets.stream()
            .filter(name -> !pattern.matcher(name).find())
            .map(name -> name.replace(".", "\\."))
            .collect(Collectors.joining("|"));
    if (!visible.isEmpty()) {
      session.set(HIDDEN_OPTIONS, "%s|(?i:%s)".formatted(hidden, visible));
    }
  }
}
