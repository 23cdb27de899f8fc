/** Runs in tasks, on the task's thread: makes rows from requests. */
@NullMarked
package io.sparkserving.task.source;

import org.jspecify.annotations.NullMarked;
