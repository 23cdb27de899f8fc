package io.sparkserving.options;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What is told about a service at paths that are no service's, besides its health. */
public enum ManagementPart {
  /** What servers and driver count. */
  METRICS,
  /** How the service is, for the driver's page. */
  PAGE,
  /** Where the servers are, and configuration that names them. */
  DIRECTORY;

  static Set<ManagementPart> parse(String text) {
    Set<ManagementPart> parts = EnumSet.noneOf(ManagementPart.class);
    for (String word : text.split("[,\\s]+")) {
      parts.add(valueOf(word.toUpperCase(Locale.ROOT)));
    }
    return parts;
  }
}
