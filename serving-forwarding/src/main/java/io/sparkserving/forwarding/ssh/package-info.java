/** Servers forwarded by SSH: the connection, keys of both sides, and ports of the gateway. */
@NullMarked
package io.sparkserving.forwarding.ssh;

import org.jspecify.annotations.NullMarked;
