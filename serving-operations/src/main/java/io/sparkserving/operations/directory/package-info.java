/**
 * What the driver tells over HTTP of its services: how they are, where their servers are, and what
 * a load balancer needs to know of them.
 */
@NullMarked
package io.sparkserving.operations.directory;

import org.jspecify.annotations.NullMarked;
