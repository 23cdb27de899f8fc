/** The public HTTP side: Jetty listeners and what stands between a socket and an exchange. */
@NullMarked
package io.sparkserving.http;

import org.jspecify.annotations.NullMarked;
