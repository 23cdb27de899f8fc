/**
 * Runs in any JVM that has a server: the numbers that are measured of services. What shows them to
 * people and monitoring systems is elsewhere.
 */
@NullMarked
package io.sparkserving.metrics;

import org.jspecify.annotations.NullMarked;
