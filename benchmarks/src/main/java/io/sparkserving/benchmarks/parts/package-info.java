/** JMH benchmarks of what a request passes between the socket and its reply. */
@NullMarked
package io.sparkserving.benchmarks.parts;

import org.jspecify.annotations.NullMarked;
