package io.sparkserving.exchange;

import java.io.Serializable;

/**
 * A part of a query's journal: the requests of all batches after one up to another one.
 *
 * @param place of the run that reads
 * @param after what is before, by generation and batch
 * @param upTo the last of it
 * @param skipped how many requests of the range were read before
 * @param partition of the task that took the requests; {@link #ALL} for any
 */
public record JournalRange(
    JournalPlace place, Position after, Position upTo, long skipped, int partition)
    implements Serializable {
  /** Stands for the tasks of all partitions. */
  public static final int ALL = Integer.MIN_VALUE;

  /**
   * A place in a journal.
   *
   * @param generation of the run
   * @param batch of the run, from 1
   */
  public record Position(long generation, long batch)
      implements Serializable, Comparable<Position> {
    @Override
    public int compareTo(Position other) {
      int first = Long.compare(generation, other.generation);
      return first != 0 ? first : Long.compare(batch, other.batch);
    }
  }

  /** What the task of a lease has taken in an earlier try, in whatever JVM. */
  public static JournalRange of(JournalPlace place, LeaseKey key) {
    return new JournalRange(
        place,
        new Position(place.generation(), key.batch() - 1),
        new Position(place.generation(), key.batch()),
        0,
        key.partition());
  }

  /** Whether requests at a position are of the range. */
  public boolean contains(Position position) {
    return position.compareTo(after) > 0 && position.compareTo(upTo) <= 0;
  }

  /** Whether the task of a lease is one of those whose requests are read. */
  public boolean isOf(int takingPartition) {
    return partition == ALL
        || takingPartition == partition
        || takingPartition == new LeaseKey(0, 0, partition).ofMore().partition();
  }
}
