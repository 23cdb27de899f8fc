package io.sparkserving.task.sink;

/**
 * Finds rows with the id of one of the rows before, in what one task writes. Remembers a few rows
 * only: those that one request becomes come one after the other. One thread uses an object.
 */
final class RepeatedRows {
  private static final int REMEMBERED = 64;

  private final String[] servers = new String[REMEMBERED];
  private final String[] requests = new String[REMEMBERED];

  /** Whether a row has the id of one before it, and remembers the row if not. */
  boolean isRepeated(String serverId, String requestId) {
    int slot = requestId.hashCode() & (REMEMBERED - 1);
    if (requestId.equals(requests[slot]) && serverId.equals(servers[slot])) {
      return true;
    }
    requests[slot] = requestId;
    servers[slot] = serverId;
    return false;
  }
}
