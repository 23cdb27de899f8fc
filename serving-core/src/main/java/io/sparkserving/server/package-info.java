/** Runs in any JVM: one listening server of a service, and what other JVMs may ask of it. */
@NullMarked
package io.sparkserving.server;

import org.jspecify.annotations.NullMarked;
