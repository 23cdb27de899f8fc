package io.sparkserving.journal;

import io.sparkserving.options.JournalFlush;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a query's journal. It has a folder for each generation, and that the segments of
 * all servers.
 */
record JournalFolder(FileSystem files, Path path) {
  private static final String GENERATION = "generation-";
  private static final int MOST_TRIES = 100;
  private static final Logger LOG = LoggerFactory.getLogger(JournalFolder.class);

  /** A file of the journal as it stands in its folder. */
  record Found(Segment segment, long modified) {}

  static JournalFolder of(String uri, Configuration hadoop) throws IOException {
    Path path = new Path(uri);
    return new JournalFolder(path.getFileSystem(hadoop), path);
  }

  Path generation(long number) {
    return new Path(path, String.format(Locale.ROOT, "%s%08d", GENERATION, number));
  }

  /**
   * Makes the folder of a generation after all others; returns its number.
   *
   * @throws IOException if the folder cannot be written to as segments are
   */
  long beginGeneration(JournalFlush flush) throws IOException {
    List<Long> before = generations();
    long number = before.isEmpty() ? 1 : before.get(before.size() - 1) + 1;
    for (int tries = 0; tries < MOST_TRIES; tries++, number++) {
      Path marker = new Path(generation(number), "_begun");
      files.mkdirs(marker.getParent());
      boolean isSynced = flush.kind() != JournalFlush.Kind.BATCH;
      try (SegmentOutput output = SegmentOutput.create(files, marker, isSynced)) {
        if (isSynced) {
          output.sync();
        }
        return number;
      } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
        LOG.debug("Generation {} has begun elsewhere", number, e);
      }
    }
    throw new IOException("Other queries begin to write to " + path + " all the time");
  }

  /** The numbers of all generations, in their order. */
  List<Long> generations() throws IOException {
    try {
      List<Long> numbers = new ArrayList<>();
      for (FileStatus each : files.listStatus(path)) {
        String name = each.getPath().getName();
        if (name.startsWith(GENERATION)) {
          numbers.add(Long.parseLong(name.substring(GENERATION.length())));
        }
      }
      numbers.sort(Comparator.naturalOrder());
      return numbers;
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** The segments of a generation, by server, in the order of their numbers. */
  Map<String, List<Found>> segments(long generation) throws IOException {
    try {
      List<Found> found = new ArrayList<>();
      for (FileStatus each : files.listStatus(generation(generation))) {
        Segment.of(each.getPath())
            .ifPresent(segment -> found.add(new Found(segment, each.getModificationTime())));
      }
      found.sort(Comparator.comparingInt(each -> each.segment().number()));
      return found.stream()
          .collect(
              Collectors.groupingBy(
                  each -> each.segment().serverId(), TreeMap::new, Collectors.toList()));
    } catch (FileNotFoundException e) {
      return Map.of();
    }
  }

  /** Whether a folder is that of a generation. */
  static boolean isGeneration(Path folder) {
    return folder.getName().startsWith(GENERATION);
  }

  /** What one server has written in a generation. */
  ServerLog log(long generation, String serverId) throws IOException {
    for (ServerLog log : logs(generation)) {
      if (log.serverId().equals(serverId)) {
        return log;
      }
    }
    throw new FileNotFoundException(
        "What server %s has written in %s is not there any more"
            .formatted(serverId, generation(generation)));
  }

  /** What every server has written in a generation. */
  List<ServerLog> logs(long generation) throws IOException {
    List<ServerLog> logs = new ArrayList<>();
    for (List<Found> found : segments(generation).values()) {
      List<Segment> segments = found.stream().map(Found::segment).toList();
      checkComplete(generation, segments);
      logs.add(new ServerLog(files, generation(generation), segments));
    }
    return logs;
  }

  /** The first segments may have been removed, and no others. */
  private void checkComplete(long generation, List<Segment> segments) throws IOException {
    for (int i = 1; i < segments.size(); i++) {
      if (segments.get(i).number() != segments.get(i - 1).number() + 1) {
        throw new JournalCorruptException(
            ("Missing segment %d of server %s in %s, between others. Bring it back from a copy. To"
                    + " do without the requests from there on, remove the later segments of that"
                    + " server: what was acknowledged of them is lost then.")
                .formatted(
                    segments.get(i - 1).number() + 1,
                    segments.get(i).serverId(),
                    generation(generation)),
            null);
      }
    }
  }
}
