/** Metrics of services, as Prometheus and Spark's own metrics system read them. */
@NullMarked
package io.sparkserving.operations.metrics;

import org.jspecify.annotations.NullMarked;
