/**
 * Configuration for load balancers in front of a service. Plain text from plain values: {@link
 * io.sparkserving.Serving} looks the values up, and is what users call.
 */
@NullMarked
package io.sparkserving.operations.balancing;

import org.jspecify.annotations.NullMarked;
