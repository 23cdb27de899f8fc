/** Functions of users in the JVM of the task. */
@NullMarked
package io.sparkserving.functions.jvm;

import org.jspecify.annotations.NullMarked;
