/**
 * Runs on the driver: its services by name, from load to stop, and which query takes the requests
 * of each.
 */
@NullMarked
package io.sparkserving.driver;

import org.jspecify.annotations.NullMarked;
