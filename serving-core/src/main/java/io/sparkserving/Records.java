package io.sparkserving;

import io.sparkserving.columns.ManyRecords;

/**
 * How {@link Serving#parseRequest(org.apache.spark.sql.Dataset,
 * org.apache.spark.sql.types.DataType, Records)} reads a body that may be an array of records.
 * Immutable.
 */
public final class Records {
  private final ManyRecords many;

  private Records(ManyRecords many) {
    this.many = many;
  }

  /** Reads up to 10,000 records of a request, and refuses all of them if one is bad. */
  public static Records many() {
    return new Records(ManyRecords.DEFAULT);
  }

  /**
   * Reads records of a request, and refuses all of them if one is bad.
   *
   * @param most how many a request may have; one with more is answered 400
   * @throws IllegalArgumentException if that is below 1
   */
  public static Records upTo(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("Invalid maxRecords " + most + ": expected 1 at least.");
    }
    return new Records(new ManyRecords(most, false));
  }

  /** Has the error of a bad record, or of one that a function fails on, take its place. */
  public Records errorsInPlace() {
    return new Records(new ManyRecords(many.most(), true));
  }

  ManyRecords asRead() {
    return many;
  }
}
