/**
 * Functions in Python: their processes, which all tasks of a JVM share, and the runners that give
 * them batches; not for users.
 */
@NullMarked
package io.sparkserving.functions.python;

import org.jspecify.annotations.NullMarked;
