/**
 * Runs on the driver: what Spark's planner asks of a format, whatever its mode. Holds providers,
 * tables and offsets.
 */
@NullMarked
package io.sparkserving.format;

import org.jspecify.annotations.NullMarked;
