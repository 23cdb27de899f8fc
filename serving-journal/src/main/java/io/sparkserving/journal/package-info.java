/**
 * Journals of requests on file systems of Hadoop: how they are written by servers, and read by the
 * tasks that compute requests again. Not part of the public API.
 */
@NullMarked
package io.sparkserving.journal;

import org.jspecify.annotations.NullMarked;
