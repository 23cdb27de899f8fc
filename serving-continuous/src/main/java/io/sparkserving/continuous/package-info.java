/**
 * Readers that do not end when nothing waits: a request is a row as soon as it is there, and its
 * reply leaves as the row is written. For three triggers: continuous, real-time, and none. Not part
 * of the public API.
 */
@NullMarked
package io.sparkserving.continuous;

import org.jspecify.annotations.NullMarked;
