package io.sparkserving.operations.directory;

import io.sparkserving.server.access.Viewer;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of the directory.
 *
 * @param path below {@code /_serving/}, as canonical as Jetty makes it: {@code %2F} and {@code %25}
 *     are still encoded
 * @param query as it was sent, without the question mark
 * @param viewer who asks
 */
record DirectoryRequest(String path, @Nullable String query, Viewer viewer) {}
