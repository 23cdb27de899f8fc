/**
 * Between this library's JVMs: addresses, peers, messages, secrets and TLS. Runs on the internal
 * channel's own threads, in any JVM; who sends may be any thread, and never waits unless it asks
 * to.
 */
@NullMarked
package io.sparkserving.channel;

import org.jspecify.annotations.NullMarked;
