package io.sparkserving.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.jspecify.annotations.Nullable;

/**
 * The offset of a serving source: how many batches a run of a query has begun, and where readers
 * never end, how many requests each partition of the current batch has delivered. Without a journal
 * an offset is bookkeeping only: requests die with their connections, so an offset of another run
 * stands for nothing. With a journal it is a position there.
 */
public final class BatchOffset extends Offset {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int VERSION = 1;

  private final String incarnation;
  private final long batch;
  private final List<Long> delivered;
  private final @Nullable Journaled journaled;

  /**
   * A position in a journal.
   *
   * @param generation of the run in the journal
   * @param replayed how many requests after the batch were read again since
   */
  public record Journaled(long generation, long replayed) {}

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
   * @param journaled the position in the journal; null if there is none
   */
  public BatchOffset(String incarnation, long batch, @Nullable Journaled journaled) {
    this(incarnation, batch, List.of(), journaled);
  }

  /**
   * @param incarnation names the run
   * @param batch number of the last batch that was begun
   * @param delivered how many requests each partition has delivered, in the order of partitions
   */
  public BatchOffset(String incarnation, long batch, List<Long> delivered) {
    this(incarnation, batch, delivered, null);
  }

  private BatchOffset(
      String incarnation, long batch, List<Long> delivered, @Nullable Journaled journaled) {
    this.journaled = journaled;
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
      JsonNode position = node.path("journal");
      return new BatchOffset(
          node.get("incarnation").textValue(),
          node.get("batch").longValue(),
          delivered,
          position.isMissingNode()
              ? null
              : new Journaled(
                  position.path("generation").asLong(), position.path("replayed").asLong()));
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

  /** The position in the journal; null for an offset of a run that had none. */
  public @Nullable Journaled journaled() {
    return journaled;
  }

  /** The offset of the same batch after which more requests were read again. */
  public BatchOffset afterReplaying(long more) {
    return journaled == null
        ? this
        : new BatchOffset(
            incarnation, batch, new Journaled(journaled.generation(), journaled.replayed() + more));
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
    if (journaled != null) {
      node.putObject("journal")
          .put("generation", journaled.generation())
          .put("replayed", journaled.replayed());
    }
    return node.toString();
  }
}
