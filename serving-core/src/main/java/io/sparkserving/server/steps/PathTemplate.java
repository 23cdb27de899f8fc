package io.sparkserving.server.steps;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path some of whose segments are parameters, such as {@code /v1/users/{user}}, which stand for
 * any one segment each.
 *
 * @param segments of the path; null for a parameter
 */
record PathTemplate(List<@Nullable String> segments, ServiceRoute route) {
  /** What a parameter begins with. */
  static final String PARAMETER = "{";

  static PathTemplate of(String path, ServiceRoute route) {
    return new PathTemplate(
        List.of(path.split("/", -1)).stream()
            .<@Nullable String>map(segment -> segment.startsWith(PARAMETER) ? null : segment)
            .toList(),
        route);
  }

  /** A path in which parameters have no names, as they do not tell paths apart. */
  static String unnamed(String path) {
    return path.replaceAll("[{][^}]*[}]", "{}");
  }

  /** Whether a path is one of the template, or lies below one. */
  boolean matches(String path) {
    int start = 0;
    for (int i = 0; i < segments.size(); i++) {
      if (start < 0) {
        return false;
      }
      int end = path.indexOf('/', start);
      int length = (end < 0 ? path.length() : end) - start;
      String segment = segments.get(i);
      if (segment == null
          ? length == 0
          : length != segment.length() || !path.startsWith(segment, start)) {
        return false;
      }
      start = end < 0 ? -1 : end + 1;
    }
    return true;
  }
}
