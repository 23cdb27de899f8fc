package io.sparkserving.options;

import java.util.Map;
import java.util.Optional;

/**
 * The options of a sink, as {@code writeStream} was given them. They are parsed once, when the
 * query starts.
 *
 * @param name name of the service to reply to
 * @param idCol column with the source's id struct
 * @param replyCol column with the reply struct
 * @param supervision how the query is to be started again when it fails; empty if no option says so
 */
public record SinkConfiguration(
    String name, String idCol, String replyCol, Optional<SupervisionConfiguration> supervision) {

  /**
   * Parses writer options.
   *
   * @param options with case-insensitive keys
   * @throws IllegalArgumentException naming an option that is unknown, missing or badly set
   */
  public static SinkConfiguration parse(Map<String, String> options) {
    KnownOptions.checkWriter(options);
    String name = WriterOptions.NAME.read(options);
    if (name == null) {
      throw new IllegalArgumentException(
          "Missing option 'name': say which service to reply to, with replyTo(\"my_api\") or"
              + " .option(\"name\", \"my_api\").");
    }
    return new SinkConfiguration(
        name,
        WriterOptions.ID_COL.readOrDefault(options),
        WriterOptions.REPLY_COL.readOrDefault(options),
        SupervisionConfiguration.ofWriter(options));
  }
}
