/**
 * Runs in tasks, on the task's thread: the way of a reply to the JVM that holds the connection, for
 * the sink and for functions.
 */
@NullMarked
package io.sparkserving.task.reply;

import org.jspecify.annotations.NullMarked;
