package io.sparkserving.channel;

import java.time.Duration;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.filter.BurstFilter;
import org.eclipse.jetty.http.HttpParser;
import org.slf4j.LoggerFactory;

/**
 * Limits what Jetty's parser of HTTP/1.1 logs. It warns, with up to 16 KiB of the client's own
 * text, whenever a request has two Host headers (12.1.14 for one), and nothing but the log's own
 * configuration can keep it from that.
 */
final class ParserLog {
  private static final int MOST_LINES = 10;
  private static final float LINES_A_SECOND =
      (float) MOST_LINES / Duration.ofMinutes(1).toSeconds();

  private ParserLog() {}

  /** Limits the parser's warnings, unless the log's configuration names the parser itself. */
  static void limit() {
    try {
      LoggerContext context =
          (LoggerContext) LogManager.getContext(HttpParser.class.getClassLoader(), false);
      limit(context, HttpParser.class.getName());
    } catch (LinkageError | ClassCastException e) {
      // Spark logs by another library than its own here, which then is its owner's to configure.
      LoggerFactory.getLogger(ParserLog.class).debug("Cannot limit what Jetty logs", e);
    }
  }

  private static synchronized void limit(LoggerContext context, String parser) {
    Configuration configuration = context.getConfiguration();
    if (configuration.getLoggers().containsKey(parser)) {
      return;
    }
    LoggerConfig limited = new LoggerConfig(parser, null, true);
    limited.addFilter(
        BurstFilter.newBuilder()
            .setLevel(Level.WARN)
            .setRate(LINES_A_SECOND)
            .setMaxBurst(MOST_LINES)
            .build());
    configuration.addLogger(parser, limited);
    context.updateLoggers();
  }
}
