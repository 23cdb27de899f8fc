/**
 * One address in front of all servers of a service: Jetty's reverse proxy, told where each request
 * goes. Knows nothing of Spark. For the mode that starts it; not for users.
 */
@NullMarked
package io.sparkserving.distributed.gateway;

import org.jspecify.annotations.NullMarked;
