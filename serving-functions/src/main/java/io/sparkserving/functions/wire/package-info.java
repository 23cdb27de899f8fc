/**
 * How rows and values travel between Spark's processes and those of a function: frames, and vectors
 * of values in little-endian buffers. Without any process or socket; not for users.
 */
@NullMarked
package io.sparkserving.functions.wire;

import org.jspecify.annotations.NullMarked;
