/** Runs in any JVM with a server: keys and certificates of the public side. */
@NullMarked
package io.sparkserving.server.tls;

import org.jspecify.annotations.NullMarked;
