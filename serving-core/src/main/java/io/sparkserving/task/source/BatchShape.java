package io.sparkserving.task.source;

import java.io.Serializable;
import java.time.Duration;

/**
 * How a micro-batch of a source is dealt out.
 *
 * @param tasks how many tasks the batch has
 * @param mostTasksHere how many tasks the batch would have in the JVM of a task if many requests
 *     waited there
 * @param length how long a task may go on taking requests
 */
public record BatchShape(int tasks, int mostTasksHere, Duration length) implements Serializable {}
