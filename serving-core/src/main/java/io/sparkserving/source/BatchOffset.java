package io.sparkserving.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.spark.sql.connector.read.streaming.Offset;

/**
 * How many batches a run of a service has begun. Bookkeeping only: the requests themselves die with
 * their connections, so an offset of another run stands for nothing.
 */
public final class BatchOffset extends Offset {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int VERSION = 1;

  private final String incarnation;
  private final long batch;

  public BatchOffset(String incarnation, long batch) {
    this.incarnation = incarnation;
    this.batch = batch;
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static BatchOffset parse(String json) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node.path("version").asInt() != VERSION
          || !node.path("incarnation").isTextual()
          || !node.path("batch").isIntegralNumber()) {
        throw new IllegalArgumentException(
            "Unsupported offset %s: expected version %d. Use another checkpointLocation."
                .formatted(json, VERSION));
      }
      return new BatchOffset(node.get("incarnation").textValue(), node.get("batch").longValue());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Invalid offset " + json + ": expected JSON. Use another checkpointLocation.", e);
    }
  }

  public boolean isOf(String otherIncarnation) {
    return incarnation.equals(otherIncarnation);
  }

  public long batch() {
    return batch;
  }

  @Override
  public String json() {
    return MAPPER
        .createObjectNode()
        .put("version", VERSION)
        .put("incarnation", incarnation)
        .put("batch", batch)
        .toString();
  }
}
