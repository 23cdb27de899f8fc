/** The public entry points: the Java API, the column functions and the description of services. */
@NullMarked
package io.sparkserving;

import org.jspecify.annotations.NullMarked;
