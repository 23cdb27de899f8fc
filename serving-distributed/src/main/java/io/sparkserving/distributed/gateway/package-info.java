/**
 * One address in front of all servers of a service: Jetty's reverse proxy, told where each request
 * goes. The package knows nothing of Spark, and is not for users.
 */
@NullMarked
package io.sparkserving.distributed.gateway;

import org.jspecify.annotations.NullMarked;
