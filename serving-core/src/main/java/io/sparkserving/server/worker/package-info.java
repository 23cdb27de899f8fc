/**
 * Runs on executors: one server for each run of a service, which announces itself to the driver and
 * does what that one says.
 */
@NullMarked
package io.sparkserving.server.worker;

import org.jspecify.annotations.NullMarked;
