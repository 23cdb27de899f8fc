/**
 * The service whose servers are on the executors. The driver has a {@link
 * io.sparkserving.distributed.Coordinator}, who knows the servers and when requests wait; each
 * executor has a {@link io.sparkserving.distributed.WorkerServer}. Not part of the public API.
 */
@NullMarked
package io.sparkserving.distributed;

import org.jspecify.annotations.NullMarked;
