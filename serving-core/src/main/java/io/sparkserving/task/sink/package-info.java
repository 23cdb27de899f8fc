/** Runs in tasks, on the task's thread: makes replies from rows, and sends them. */
@NullMarked
package io.sparkserving.task.sink;

import org.jspecify.annotations.NullMarked;
