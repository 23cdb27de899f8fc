package io.sparkserving.metrics;

import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.TimeHistogram;
import java.util.function.Function;

/**
 * A histogram of how long something takes, in seconds.
 *
 * @param name dotted name, as a {@link ServingMeter} has it
 * @param doc from when to when time is taken, one sentence for documentation and pages
 * @param reading finds the histogram among the measurements of a server
 */
public record TimeMeter(String name, String doc, Function<Measurements, TimeHistogram> reading) {}
