/**
 * What the driver tells over HTTP of its services, below {@code /_serving/}: how they are, as a
 * page and as JSON, where their servers are, and configuration for load balancers.
 */
@NullMarked
package io.sparkserving.operations.directory;

import org.jspecify.annotations.NullMarked;
