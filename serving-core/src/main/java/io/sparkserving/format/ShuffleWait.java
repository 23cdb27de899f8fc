package io.sparkserving.format;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.SparkPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once for each Spark application that rows wait in the shuffle of a real-time query, as they
 * do for 50 ms unless Spark is told otherwise before it starts. A per-JVM singleton.
 */
final class ShuffleWait {
  private static final Logger LOG = LoggerFactory.getLogger(ShuffleWait.class);
  private static final String SETTING = "spark.shuffle.streaming.networkBufferMaxWaitTimeMs";
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private ShuffleWait() {}

  /** Looks at a plan that is about to run, on the query's thread. */
  static void check(SparkPlan plan, SparkContext spark) {
    if (!PipelinedShuffles.of(plan).isEmpty()
        && !spark.getConf().contains(SETTING)
        && TOLD.add(spark.applicationId())) {
      LOG.warn(
          "A real-time query has a shuffle, where rows wait for up to 50 ms before they go on. Start"
              + " Spark with {}=1, as Python's sparkserving.configure does, and they wait for 1 ms.",
          SETTING);
    }
  }
}
