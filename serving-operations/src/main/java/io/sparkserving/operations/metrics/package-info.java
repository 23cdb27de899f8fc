/** What is measured, as Prometheus and Spark's own metrics system take it. */
@NullMarked
package io.sparkserving.operations.metrics;

import org.jspecify.annotations.NullMarked;
