/**
 * Services whose servers are on the executors. The driver has a {@link
 * io.sparkserving.coordination.Coordinator}, who knows the servers and where requests wait; each
 * executor has a {@link io.sparkserving.coordination.WorkerServer}. For the modes; not for users.
 */
@NullMarked
package io.sparkserving.coordination;

import org.jspecify.annotations.NullMarked;
