package io.sparkserving.task.sink;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log, once for each server in each JVM, that requests become several rows. */
final class RepeatWarning {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatWarning.class);
  private static final int MOST_REMEMBERED = 1_000;
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private RepeatWarning() {}

  /** Says it unless it is said. Any thread may call. */
  static void say(String serverId) {
    if (SAID.size() < MOST_REMEMBERED && SAID.add(serverId)) {
      LOG.warn(
          "A request to {} became several rows: the first is its reply, and the others are dropped."
              + " After explode and its like, bring the rows of a request together before replying:"
              + " groupBy(\"id\").agg(collect_list(...)), in a query of batches, or compute on the"
              + " array with transform() in place of explode()",
          serverId);
    }
  }
}
