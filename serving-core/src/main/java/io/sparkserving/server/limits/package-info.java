/** Runs in any JVM with a server, and in the gateway: how often one and the same may call. */
@NullMarked
package io.sparkserving.server.limits;

import org.jspecify.annotations.NullMarked;
