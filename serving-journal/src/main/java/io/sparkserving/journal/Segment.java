package io.sparkserving.journal;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * A file of a journal: {@code SERVER.NUMBER.BATCH.journal}.
 *
 * @param serverId of the server that has written it
 * @param number among the segments of that server in its generation, from 0
 * @param firstBatch of the first request in it; none is of an earlier batch
 */
record Segment(String serverId, int number, long firstBatch) {
  private static final Pattern NAME = Pattern.compile("(.+)\\.(\\d{8})\\.(\\d+)\\.journal");

  static Optional<Segment> of(Path file) {
    Matcher name = NAME.matcher(file.getName());
    return name.matches()
        ? Optional.of(
            new Segment(
                URLDecoder.decode(name.group(1), StandardCharsets.UTF_8),
                Integer.parseInt(name.group(2)),
                Long.parseLong(name.group(3))))
        : Optional.empty();
  }

  String fileName() {
    return String.format(
        Locale.ROOT,
        "%s.%08d.%d.journal",
        URLEncoder.encode(serverId, StandardCharsets.UTF_8),
        number,
        firstBatch);
  }
}
