package io.sparkserving.functions;

import java.io.Serializable;

/**
 * What a function takes at once.
 *
 * @param maxBatch number of rows at most, positive
 * @param maxWaitNanos how long rows may wait for others to go with, in nanoseconds; 0 if they go at
 *     once
 */
public record FunctionLimits(int maxBatch, long maxWaitNanos) implements Serializable {}
