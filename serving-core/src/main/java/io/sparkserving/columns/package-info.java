/**
 * How request rows become typed columns and how columns become replies, as Spark column
 * expressions. For {@link io.sparkserving.Serving} and {@link io.sparkserving.ServingFunctions};
 * not part of the public API.
 */
@NullMarked
package io.sparkserving.columns;

import org.jspecify.annotations.NullMarked;
