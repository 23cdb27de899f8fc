package io.sparkserving.forwarding.ssh;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.assertj.core.util.Throwables;

/**
 * What our own classes, the SSH library and the Azure SDK log on any level, and all others from
 * INFO on, while open.
 */
final class EveryLog extends AbstractAppender implements AutoCloseable {
  private static final List<String> LOGGERS =
      List.of("io.sparkserving.forwarding", "com.azure", "com.jcraft", "reactor");

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final Level usual;

  EveryLog() {
    super("every", null, null, true, Property.EMPTY_ARRAY);
    start();
    for (String name : LOGGERS) {
      LoggerConfig logger = new LoggerConfig(name, Level.ALL, false);
      logger.addAppender(this, Level.ALL, null);
      context.getConfiguration().addLogger(name, logger);
    }
    LoggerConfig root = context.getConfiguration().getRootLogger();
    usual = root.getLevel();
    root.setLevel(Level.INFO);
    root.addAppender(this, Level.INFO, null);
    context.updateLoggers();
  }

  @Override
  public void append(LogEvent event) {
    Throwable thrown = event.getThrown();
    lines.add(
        event.getMessage().getFormattedMessage()
            + (thrown == null ? "" : Throwables.getStackTrace(thrown)));
  }

  String text() {
    return String.join("\n", lines);
  }

  @Override
  public void close() {
    LoggerConfig root = context.getConfiguration().getRootLogger();
    root.removeAppender(getName());
    root.setLevel(usual);
    for (String name : LOGGERS) {
      context.getConfiguration().removeLogger(name);
    }
    context.updateLoggers();
    stop();
  }
}
