/** Requests as Spark rows, and what all sources share. */
@NullMarked
package io.sparkserving.source;

import org.jspecify.annotations.NullMarked;
