/** Batches of rows for functions, and what came of them. */
@NullMarked
package io.sparkserving.functions.batch;

import org.jspecify.annotations.NullMarked;
