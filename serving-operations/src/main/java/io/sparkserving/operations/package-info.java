/**
 * What an operator looks at: the page, the directory, configuration for load balancers, OpenAPI and
 * metrics, each in a package of its own. Core never imports this module, and serves without it.
 * Core finds it through two Java services: {@link io.sparkserving.driver.DriverOperations} for
 * services on the driver, {@link io.sparkserving.server.management.ServerOperations} for servers in
 * any JVM.
 */
@NullMarked
package io.sparkserving.operations;

import org.jspecify.annotations.NullMarked;
