/** Local checkpoints without a child process for each file. */
@NullMarked
package io.sparkserving.checkpoint;

import org.jspecify.annotations.NullMarked;
