/** Runs in any JVM with a server, and on the driver: who may call a service, and look at it. */
@NullMarked
package io.sparkserving.server.access;

import org.jspecify.annotations.NullMarked;
