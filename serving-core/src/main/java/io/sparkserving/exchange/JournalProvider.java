package io.sparkserving.exchange;

import io.sparkserving.options.JournalFlush;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes journals, and reads them; found as a Java service. */
public interface JournalProvider {
  /** Requests in the order in which they are to be taken again. For one thread. */
  interface Requests extends Iterator<JournaledRequest>, Closeable {
    @Override
    void close();
  }

  /**
   * Begins another generation of a journal; called on the driver, on the query's thread.
   *
   * @param folder of the query's journal, as a URI
   * @param flush how its segments will be written
   * @return the number of the generation
   * @throws IOException if the folder cannot be written to in that way
   */
  long beginGeneration(String folder, JournalFlush flush) throws IOException;

  /**
   * Opens the journal of one server. Does not wait for its file system.
   *
   * @param clock tells how long something has been on its way
   */
  RequestJournal open(JournalPlace place, String serverId, NanoClock clock);

  /**
   * Reads the requests of a range, without those that were withdrawn.
   *
   * @throws IOException if files cannot be read, or are not what was written
   */
  Requests read(JournalRange range) throws IOException;

  /** Reads the answers that are kept. */
  void readAnswers(JournalPlace place, Consumer<KeptAnswer> answers) throws IOException;

  /** Removes what is at a position or before it, unless it is to be kept for longer. */
  void trim(JournalPlace place, JournalRange.Position upTo) throws IOException;

  /**
   * The provider on the class path.
   *
   * @throws IllegalStateException if there is none
   */
  static JournalProvider find() {
    JournalProvider found = Holder.FOUND;
    if (found == null) {
      throw new IllegalStateException(
          "Unsupported option journal: add serving-journal, or the bundle, to the class path.");
    }
    return found;
  }

  /** Looked for once. */
  final class Holder {
    private static final @Nullable JournalProvider FOUND =
        ServiceLoader.load(JournalProvider.class, JournalProvider.class.getClassLoader())
            .findFirst()
            .orElse(null);

    private Holder() {}
  }
}
