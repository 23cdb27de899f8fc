/**
 * Runs in any JVM with a server: Jetty listeners, shared by the services that name the same host
 * and port.
 */
@NullMarked
package io.sparkserving.server.listener;

import org.jspecify.annotations.NullMarked;
