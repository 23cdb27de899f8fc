package io.sparkserving.head;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.jspecify.annotations.Nullable;

/** What serving's own classes log from INFO on, while open. */
final class LogCapture extends AbstractAppender implements AutoCloseable {

  private static final String LOGGER = "io.sparkserving";

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final @Nullable LoggerConfig before = context.getConfiguration().getLoggers().get(LOGGER);

  LogCapture() {
    super("capture", null, null, true, Property.EMPTY_ARRAY);
    start();
    LoggerConfig logger = new LoggerConfig(LOGGER, Level.INFO, true);
    logger.addAppender(this, Level.INFO, null);
    // One that is there already would win.
    context.getConfiguration().removeLogger(LOGGER);
    context.getConfiguration().addLogger(LOGGER, logger);
    context.updateLoggers();
  }

  @Override
  public void append(LogEvent event) {
    lines.add(event.getMessage().getFormattedMessage());
  }

  List<String> lines() {
    return lines;
  }

  @Override
  public void close() {
    context.getConfiguration().removeLogger(LOGGER);
    if (before != null) {
      context.getConfiguration().addLogger(LOGGER, before);
    }
    context.updateLoggers();
    stop();
  }
}
