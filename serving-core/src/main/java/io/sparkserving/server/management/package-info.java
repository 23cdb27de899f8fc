/**
 * Runs in any JVM with a server: health, and where a module plugs in that shows more to an
 * operator.
 */
@NullMarked
package io.sparkserving.server.management;

import org.jspecify.annotations.NullMarked;
