/** Batches of requests that wait in the executors. Not part of the public API. */
@NullMarked
package io.sparkserving.distributed;

import org.jspecify.annotations.NullMarked;
