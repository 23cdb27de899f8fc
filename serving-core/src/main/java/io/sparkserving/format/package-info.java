/**
 * Runs on the driver: what Spark's planner asks of a format, whatever its mode. Providers, tables,
 * offsets.
 */
@NullMarked
package io.sparkserving.format;

import org.jspecify.annotations.NullMarked;
