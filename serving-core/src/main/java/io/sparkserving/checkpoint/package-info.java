/** Runs on the driver: checkpoints that this library's queries start from. */
@NullMarked
package io.sparkserving.checkpoint;

import org.jspecify.annotations.NullMarked;
