package io.sparkserving.metrics;

import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.TimeHistogram;
import java.util.function.Function;

/**
 * How long something takes, in seconds.
 *
 * @param name as that of a {@link ServingMeter}
 * @param doc what it says
 * @param reading finds it
 */
public record TimeMeter(String name, String doc, Function<Measurements, TimeHistogram> reading) {}
