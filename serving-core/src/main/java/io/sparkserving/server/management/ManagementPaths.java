package io.sparkserving.server.management;

import java.util.Set;

/** The paths of a port that tell of its services. No request for one reaches a service at /. */
public final class ManagementPaths {
  private static final String PAGES = "/_serving";
  private static final Set<String> SINGLE =
      Set.of(HealthHandler.LIVE, HealthHandler.READY, "/metrics", PAGES);

  private ManagementPaths() {}

  /**
   * Whether the path is one of these.
   *
   * @param path canonical, as Jetty compares paths
   */
  public static boolean contains(String path) {
    return SINGLE.contains(path) || path.startsWith(PAGES + "/");
  }
}
