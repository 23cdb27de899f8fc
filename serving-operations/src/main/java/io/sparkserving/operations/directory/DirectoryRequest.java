package io.sparkserving.operations.directory;

import org.jspecify.annotations.Nullable;

/**
 * What a client asks of the directory.
 *
 * @param path below {@code /_serving/}, as canonical as Jetty makes it: {@code %2F} and {@code %25}
 *     are still encoded
 * @param query as it was sent, without the question mark
 */
record DirectoryRequest(String path, @Nullable String query) {}
