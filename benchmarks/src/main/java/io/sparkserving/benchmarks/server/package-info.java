/** Programs that start one server each, for {@code benchmarks/run} to measure. */
@NullMarked
package io.sparkserving.benchmarks.server;

import org.jspecify.annotations.NullMarked;
