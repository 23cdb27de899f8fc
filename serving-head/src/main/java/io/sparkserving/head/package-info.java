/**
 * The head mode: requests wait in one queue on the driver, micro-batches answer them. Spark's
 * interfaces are thin here; {@link io.sparkserving.head.HeadBatches} has the logic.
 */
@NullMarked
package io.sparkserving.head;

import org.jspecify.annotations.NullMarked;
