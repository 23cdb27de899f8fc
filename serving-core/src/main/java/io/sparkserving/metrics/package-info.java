/** What is measured of services, for whoever scrapes it and for Spark's own metrics system. */
@NullMarked
package io.sparkserving.metrics;

import org.jspecify.annotations.NullMarked;
