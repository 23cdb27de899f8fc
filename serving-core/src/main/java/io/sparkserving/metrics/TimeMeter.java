package io.sparkserving.metrics;

import io.sparkserving.exchange.TimeHistogram;
import java.util.function.Function;

/**
 * A histogram of how long something takes, in seconds.
 *
 * @param <T> what is measured
 * @param name dotted name, as a {@link ServingMeter} has it
 * @param doc from when to when time is taken, one sentence for documentation and pages
 * @param reading finds the histogram among measurements
 */
public record TimeMeter<T>(String name, String doc, Function<T, TimeHistogram> reading) {}
