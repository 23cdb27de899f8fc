/**
 * Runs on the driver: its services by name, from load to stop, and which query takes the requests
 * of each. {@link io.sparkserving.driver.ServiceRegistry} is where to begin.
 */
@NullMarked
package io.sparkserving.driver;

import org.jspecify.annotations.NullMarked;
