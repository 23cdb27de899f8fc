/**
 * Runs in tasks, on the task's thread: brings replies to the JVMs that hold the connections, for
 * the sink and for functions.
 */
@NullMarked
package io.sparkserving.task.reply;

import org.jspecify.annotations.NullMarked;
