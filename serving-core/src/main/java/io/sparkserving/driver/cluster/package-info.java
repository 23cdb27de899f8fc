/**
 * Runs on the driver: services whose servers are on executors. A {@link
 * io.sparkserving.driver.cluster.Coordinator} knows the servers and where requests wait.
 */
@NullMarked
package io.sparkserving.driver.cluster;

import org.jspecify.annotations.NullMarked;
