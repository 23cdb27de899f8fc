/**
 * Configuration for load balancers in front of a service: plain text from the plain values of a
 * {@link io.sparkserving.operations.balancing.BalancedService}. Users call {@link
 * io.sparkserving.Serving}, or ask the directory.
 */
@NullMarked
package io.sparkserving.operations.balancing;

import org.jspecify.annotations.NullMarked;
