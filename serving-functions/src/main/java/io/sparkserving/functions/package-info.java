/**
 * Functions of users in the midst of a query, run on batches that form by themselves. The driver
 * makes columns of them here, and tasks run them.
 */
@NullMarked
package io.sparkserving.functions;

import org.jspecify.annotations.NullMarked;
