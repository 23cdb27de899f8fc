package io.sparkserving.testing;

import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import java.util.function.UnaryOperator;

/**
 * A mode, in the words with which the helpers choose it.
 *
 * @param format its name among Spark's formats
 * @param from chooses the format to read from
 * @param to chooses the format to write to, and the trigger where the mode needs one
 */
public record TestedMode(
    String format, UnaryOperator<ServingReader> from, UnaryOperator<ServingWriter> to) {

  public static final TestedMode HEAD =
      new TestedMode("server", ServingReader::server, ServingWriter::server);

  public static final TestedMode DISTRIBUTED =
      new TestedMode(
          "distributedServer", ServingReader::distributedServer, ServingWriter::distributedServer);

  /** The continuous one, with one of its triggers. */
  public static TestedMode continuous(UnaryOperator<ServingWriter> trigger) {
    return new TestedMode(
        "continuousServer",
        ServingReader::continuousServer,
        writer -> trigger.apply(writer.continuousServer()));
  }
}
