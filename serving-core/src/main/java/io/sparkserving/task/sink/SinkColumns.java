package io.sparkserving.task.sink;

import java.io.Serializable;

/**
 * Where in a row the sink finds the columns that it needs.
 *
 * @param id ordinal of the id struct
 * @param reply ordinal of the reply struct
 */
public record SinkColumns(int id, int reply) implements Serializable {}
