/** The way of a reply to the JVM that holds the connection, and the internal channel it takes. */
@NullMarked
package io.sparkserving.routing;

import org.jspecify.annotations.NullMarked;
