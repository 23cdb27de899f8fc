/** What all of this library's connections have in common: memory, and TLS between its JVMs. */
@NullMarked
package io.sparkserving.transport;

import org.jspecify.annotations.NullMarked;
