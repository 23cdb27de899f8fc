/**
 * Runs on the driver: services whose servers are on executors. A {@link
 * io.sparkserving.driver.cluster.Coordinator} hears what servers and Spark say, {@link
 * io.sparkserving.driver.cluster.KnownServers} knows who is there, and {@link
 * io.sparkserving.driver.cluster.PendingWork} what the next batch has to do.
 */
@NullMarked
package io.sparkserving.driver.cluster;

import org.jspecify.annotations.NullMarked;
