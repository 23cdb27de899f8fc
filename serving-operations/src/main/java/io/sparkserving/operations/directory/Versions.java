package io.sparkserving.operations.directory;

import io.sparkserving.driver.LibraryVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The versions of what runs in this JVM. */
final class Versions {
  private static final Logger LOG = LoggerFactory.getLogger(Versions.class);

  private Versions() {}

  /** Returns versions by name; Spark's is left out where there is no session. */
  static Map<String, String> all() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("sparkServing", LibraryVersion.read());
    try {
      versions.put("spark", SparkSession.active().version());
    } catch (Exception e) {
      // Spark's is a checked one, which Scala does not declare.
      LOG.debug("No session to tell the version of Spark", e);
    }
    versions.put("scala", scala.util.Properties.versionNumberString());
    versions.put("java", System.getProperty("java.version", "unknown"));
    return versions;
  }
}
