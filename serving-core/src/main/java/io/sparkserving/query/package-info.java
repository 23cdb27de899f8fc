/**
 * Runs on the driver: starting, draining, supervising and stopping a query, around what Spark
 * itself does.
 */
@NullMarked
package io.sparkserving.query;

import org.jspecify.annotations.NullMarked;
