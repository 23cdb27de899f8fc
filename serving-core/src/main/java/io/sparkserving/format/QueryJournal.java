package io.sparkserving.format;

import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.RunningService;
import io.sparkserving.driver.TemporaryPlaces;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.JournalProvider;
import io.sparkserving.exchange.JournalRange;
import io.sparkserving.exchange.JournalRange.Position;
import io.sparkserving.options.JournalConfiguration;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.task.source.ReplayPartition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one run of a query, as the driver sees it. Spark's threads that plan and commit
 * batches call the methods, which read and write files.
 */
final class QueryJournal {
  private static final Logger LOG = LoggerFactory.getLogger(QueryJournal.class);

  /** A server that has not answered by then is thought to be gone. */
  private static final long SERVERS_SECONDS = 5;

  private static final long TRIM_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final JournalPlace place;
  private long trimmed = System.nanoTime() - TRIM_NANOS;

  private QueryJournal(JournalPlace place) {
    this.place = place;
  }

  /**
   * Begins another generation of a query's journal.
   *
   * @param sourceCheckpoint folder of one of the query's sources, {@code sources/N} of its
   *     checkpoint
   */
  static QueryJournal open(
      ServiceConfiguration service, QueryRun query, String sourceCheckpoint, SparkSession session) {
    JournalConfiguration configuration = service.journal().orElseThrow();
    Path checkpoint = new Path(sourceCheckpoint).getParent().getParent();
    if (TemporaryPlaces.isTemporary(checkpoint)) {
      throw new IllegalArgumentException(
          "Missing option 'checkpointLocation' for service '%s': with a journal a query goes on where"
                  .formatted(service.name())
              + " its checkpoint ends, and without a location it has one that goes with the driver."
              + " Name a folder on the writer.");
    }
    String name = URLEncoder.encode(service.name(), StandardCharsets.UTF_8);
    Path folder =
        configuration.folder().equals(JournalConfiguration.AT_CHECKPOINT)
            ? new Path(checkpoint, "journal/" + name)
            : new Path(configuration.folder(), name + "/" + query.id());
    try {
      String uri =
          folder
              .getFileSystem(session.sparkContext().hadoopConfiguration())
              .makeQualified(folder)
              .toString();
      long generation = JournalProvider.find().beginGeneration(uri, configuration.flush());
      return new QueryJournal(new JournalPlace(uri, generation, configuration));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write to the journal %s of service '%s': %s. Name a folder that can be written to"
                  .formatted(folder, service.name(), e.getMessage())
              + " in option journal.",
          e);
    }
  }

  JournalPlace place() {
    return place;
  }

  /**
   * What earlier runs have taken between two offsets; empty if that is nothing.
   *
   * @param service whose servers may still take requests back, which are waited for
   */
  Optional<ReplayPartition> replay(BatchOffset start, BatchOffset end, RunningService service) {
    Position after = position(start);
    Position upTo = position(end);
    if (after.compareTo(upTo) >= 0) {
      return Optional.empty();
    }
    awaitReleased(service);
    BatchOffset.Journaled from = start.journaled();
    JournalRange range =
        new JournalRange(place, after, upTo, from == null ? 0 : from.replayed(), JournalRange.ALL);
    try (JournalProvider.Requests requests = JournalProvider.find().read(range)) {
      if (!requests.hasNext()) {
        return Optional.empty();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read the journal %s: %s".formatted(place.folder(), e.getMessage()), e);
    }
    LOG.info("Computing again what {} has between {} and {}", place.folder(), after, upTo);
    return Optional.of(new ReplayPartition(range));
  }

  /** An offset of a run without a journal stands for the beginning of this run. */
  private Position position(BatchOffset offset) {
    BatchOffset.Journaled journaled = offset.journaled();
    return journaled == null
        ? new Position(place.generation(), 0)
        : new Position(journaled.generation(), offset.batch());
  }

  private static void awaitReleased(RunningService service) {
    try {
      service.released().get(SERVERS_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("Some servers of {} do not answer, and are thought to be gone", service, e);
    }
  }

  /** Removes what is at an offset or before it, now and then. */
  void trim(BatchOffset committed) {
    long now = System.nanoTime();
    BatchOffset.Journaled journaled = committed.journaled();
    if (journaled == null || journaled.replayed() > 0 || now - trimmed < TRIM_NANOS) {
      return;
    }
    trimmed = now;
    try {
      JournalProvider.find().trim(place, position(committed));
    } catch (IOException e) {
      LOG.warn("Cannot remove files of journal {} that are not needed any more", place.folder(), e);
    }
  }
}
