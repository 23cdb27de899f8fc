/** Runs in tasks, on the task's thread: replies from rows. */
@NullMarked
package io.sparkserving.task.sink;

import org.jspecify.annotations.NullMarked;
