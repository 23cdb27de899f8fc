package io.sparkserving.testing;

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

/** What is logged while open, by serving's own classes from INFO on unless told otherwise. */
public final class LogCapture extends AbstractAppender implements AutoCloseable {

  private static final String LOGGER = "io.sparkserving";

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final String name;
  private final @Nullable LoggerConfig before;

  public LogCapture() {
    this(new LoggerConfig(LOGGER, Level.INFO, true));
  }

  private LogCapture(LoggerConfig logger) {
    super("capture", null, null, true, Property.EMPTY_ARRAY);
    this.name = logger.getName();
    this.before = context.getConfiguration().getLoggers().get(name);
    start();
    logger.addAppender(this, logger.getLevel(), null);
    // One that is there already would win.
    context.getConfiguration().removeLogger(name);
    context.getConfiguration().addLogger(name, logger);
    context.updateLoggers();
  }

  /** What a package's classes log from a level on, and do not print meanwhile. */
  public static LogCapture silencing(String logger, Level level) {
    return new LogCapture(new LoggerConfig(logger, level, false));
  }

  @Override
  public void append(LogEvent event) {
    lines.add(event.getMessage().getFormattedMessage());
  }

  /** The messages so far, in a list that may be cleared. */
  public List<String> lines() {
    return lines;
  }

  @Override
  public void close() {
    context.getConfiguration().removeLogger(name);
    if (before != null) {
      context.getConfiguration().addLogger(name, before);
    }
    context.updateLoggers();
    stop();
  }
}
