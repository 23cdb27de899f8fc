package io.sparkserving.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.connector.read.streaming.Offset;

/**
 * The offset of a serving source: how many batches a run of a query has begun, and where readers
 * never end, how many requests each partition of the current batch has delivered. An offset is
 * bookkeeping only: requests die with their connections, so an offset of another run stands for
 * nothing.
 */
public final class BatchOffset extends Offset {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int VERSION = 1;

  private final String incarnation;
  private final long batch;
  private final List<Long> delivered;

  /**
   * @param incarnation names the run
   * @param batch number of the last batch that was begun
   */
  public BatchOffset(String incarnation, long batch) {
    this(incarnation, batch, List.of());
  }

  /**
   * @param incarnation names the run
   * @param batch number of the last batch that was begun
   * @param delivered how many requests each partition has delivered, in the order of partitions
   */
  public BatchOffset(String incarnation, long batch, List<Long> delivered) {
    this.incarnation = incarnation;
    this.batch = batch;
    this.delivered = List.copyOf(delivered);
  }

  /**
   * Reads an offset that {@link #json} has written.
   *
   * @throws IllegalArgumentException for any other text, and for an offset of another version
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
      List<Long> delivered = new ArrayList<>();
      node.path("delivered").forEach(count -> delivered.add(count.longValue()));
      return new BatchOffset(
          node.get("incarnation").textValue(), node.get("batch").longValue(), delivered);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Invalid offset " + json + ": expected JSON. Use another checkpointLocation.", e);
    }
  }

  /** Returns whether the offset is of a run, by the run's name. */
  public boolean isOf(String otherIncarnation) {
    return incarnation.equals(otherIncarnation);
  }

  /** The number of the last batch that was begun. */
  public long batch() {
    return batch;
  }

  /** How many requests each partition has delivered in the batch; empty where batches end. */
  public List<Long> delivered() {
    return delivered;
  }

  @Override
  public String json() {
    ObjectNode node =
        MAPPER
            .createObjectNode()
            .put("version", VERSION)
            .put("incarnation", incarnation)
            .put("batch", batch);
    if (!delivered.isEmpty()) {
      ArrayNode counts = node.putArray("delivered");
      delivered.forEach(counts::add);
    }
    return node.toString();
  }
}
