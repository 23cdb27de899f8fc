/** The columns that requests and replies travel in: names and types that users may rely on. */
@NullMarked
package io.sparkserving.schema;

import org.jspecify.annotations.NullMarked;
