/** Jobs to read, copy and run with {@code spark-submit}. */
@NullMarked
package io.sparkserving.examples;

import org.jspecify.annotations.NullMarked;
