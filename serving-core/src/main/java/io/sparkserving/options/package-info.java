/**
 * Runs in any JVM: defines the options, and parses what users give to typed, immutable
 * configurations.
 */
@NullMarked
package io.sparkserving.options;

import org.jspecify.annotations.NullMarked;
