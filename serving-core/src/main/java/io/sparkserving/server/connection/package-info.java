/**
 * Runs in any JVM with a server: how requests come off a connection, on which threads, and how
 * answers go onto it.
 */
@NullMarked
package io.sparkserving.server.connection;

import org.jspecify.annotations.NullMarked;
