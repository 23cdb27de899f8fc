/**
 * What users call, and nothing else: readers and writers, column functions, supervised queries, and
 * where services listen. {@link io.sparkserving.Serving} is the way in. All of it runs on the
 * driver.
 */
@NullMarked
package io.sparkserving;

import org.jspecify.annotations.NullMarked;
