package io.sparkserving.journal;

import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.JournalProvider;
import io.sparkserving.exchange.JournalRange;
import io.sparkserving.exchange.JournalRange.Position;
import io.sparkserving.exchange.KeptAnswer;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.RequestJournal;
import io.sparkserving.journal.JournalFolder.Found;
import io.sparkserving.journal.JournalRecord.Answer;
import io.sparkserving.options.JournalFlush;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Journals on any file system that Spark's Hadoop knows. Stateless. */
public final class HadoopJournals implements JournalProvider {
  /** What Spark knows of file systems, on the driver and in tasks. */
  static Configuration hadoop() {
    SparkEnv spark = SparkEnv.get();
    return spark == null
        ? new Configuration()
        : SparkHadoopUtil.get().newConfiguration(spark.conf());
  }

  private static JournalFolder folder(JournalPlace place) throws IOException {
    return JournalFolder.of(place.folder(), hadoop());
  }

  @Override
  public long beginGeneration(String folder, JournalFlush flush) throws IOException {
    return JournalFolder.of(folder, hadoop()).beginGeneration(flush);
  }

  @Override
  public RequestJournal open(JournalPlace place, String serverId, NanoClock clock) {
    try {
      JournalFolder folder = folder(place);
      SegmentFiles segments =
          new SegmentFiles(
              folder.files(),
              folder.generation(place.generation()),
              serverId,
              place.generation(),
              place.configuration().flush());
      return new JournalWriter(place.folder(), segments, place.configuration().flush(), clock)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to the journal " + place.folder(), e);
    }
  }

  @Override
  public Requests read(JournalRange range) throws IOException {
    return Replay.of(folder(range.place()), range);
  }

  @Override
  public void readAnswers(JournalPlace place, Consumer<KeptAnswer> answers) throws IOException {
    JournalFolder folder = folder(place);
    long since =
        ChronoUnit.MICROS.between(
            Instant.EPOCH, Instant.now().minus(place.configuration().window()));
    for (long generation : folder.generations()) {
      for (ServerLog log : folder.logs(generation)) {
        try (log) {
          JournalRecord record = log.next();
          while (record != null) {
            if (record instanceof Answer answer && answer.micros() >= since) {
              answers.accept(answer.kept());
            }
            record = log.next();
          }
        }
      }
    }
  }

  /**
   * Removes the segments of earlier generations, and of this one those that are followed by one
   * whose batches are all saved: from the first on, so that no gap is left.
   */
  @Override
  public void trim(JournalPlace place, Position upTo) throws IOException {
    JournalFolder folder = folder(place);
    long oldest = Instant.now().minus(place.configuration().kept()).toEpochMilli();
    for (long generation : folder.generations()) {
      if (generation > upTo.generation()) {
        return;
      }
      boolean isEmpty = generation < upTo.generation();
      for (List<Found> segments : folder.segments(generation).values()) {
        isEmpty &= trim(folder, generation, segments, upTo, oldest);
      }
      if (isEmpty) {
        folder.files().delete(folder.generation(generation), true);
      }
    }
  }

  /** Returns whether no segment is left. */
  private static boolean trim(
      JournalFolder folder, long generation, List<Found> segments, Position upTo, long oldest)
      throws IOException {
    for (int i = 0; i < segments.size(); i++) {
      boolean isSaved =
          generation < upTo.generation()
              || (i + 1 < segments.size()
                  && segments.get(i + 1).segment().firstBatch() <= upTo.batch());
      if (!isSaved || segments.get(i).modified() > oldest) {
        return false;
      }
      Path file = new Path(folder.generation(generation), segments.get(i).segment().fileName());
      folder.files().delete(file, false);
    }
    return true;
  }
}
