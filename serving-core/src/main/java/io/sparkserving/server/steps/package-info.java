/**
 * Runs in any JVM with a server: the steps that a request goes through before it is an exchange.
 * One file a step; {@link io.sparkserving.server.steps.ServiceRoute} has their order.
 */
@NullMarked
package io.sparkserving.server.steps;

import org.jspecify.annotations.NullMarked;
