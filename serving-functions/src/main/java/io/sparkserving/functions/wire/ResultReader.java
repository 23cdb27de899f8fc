package io.sparkserving.functions.wire;

import io.sparkserving.exchange.Header;
import io.sparkserving.functions.batch.Failure;
import io.sparkserving.functions.batch.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/** Reads what came of a batch. All threads may read with one reader. */
public final class ResultReader {
  private final VectorReader values;

  /**
   * Makes the reader of what a function returns.
   *
   * @param java8Time whether rows hold dates and timestamps in the classes of {@code java.time}
   */
  public ResultReader(DataType returns, boolean java8Time) {
    this.values = VectorReader.of(returns, java8Time);
  }

  /**
   * What came of a batch.
   *
   * @param functionNanos how long the function itself took
   */
  public record Result(List<Outcome> outcomes, long functionNanos) {}

  /**
   * Reads the payload of a result.
   *
   * @param rows of the batch
   * @throws IOException if the payload is no result of so many rows
   */
  public Result read(ByteBuffer payload, int rows) throws IOException {
    try {
      return result(payload, rows);
    } catch (RuntimeException e) {
      throw new IOException("Invalid result of " + rows + " rows", e);
    }
  }

  private Result result(ByteBuffer in, int rows) {
    int answered = in.getInt();
    if (answered != rows) {
      throw new IllegalArgumentException("Invalid number of rows: " + answered);
    }
    int failures = in.getInt();
    long nanos = in.getLong();
    @Nullable Outcome[] outcomes = new Outcome[rows];
    for (int i = 0; i < failures; i++) {
      int row = in.getInt();
      outcomes[row] = Outcome.failed(failure(in));
    }
    VectorReader.skipPadding(in);
    @Nullable Object[] all = values.read(in, rows);
    for (int i = 0; i < rows; i++) {
      if (outcomes[i] == null) {
        outcomes[i] = Outcome.of(all[i]);
      }
    }
    return new Result(Arrays.asList(outcomes), nanos);
  }

  private static Failure failure(ByteBuffer in) {
    int status = Short.toUnsignedInt(in.getShort());
    // Whether the function chose the status itself, and a zero.
    in.getShort();
    String kind = required(text(in));
    String detail = text(in);
    int count = in.getInt();
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      headers.add(new Header(required(text(in)), required(text(in))));
    }
    return new Failure(status, kind, detail, headers);
  }

  private static String required(@Nullable String text) {
    if (text == null) {
      throw new IllegalArgumentException("Missing text of a failure");
    }
    return text;
  }

  private static @Nullable String text(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    VectorReader.require(in, length, 1);
    int begin = in.arrayOffset() + in.position();
    in.position(in.position() + length);
    return new String(in.array(), begin, length, StandardCharsets.UTF_8);
  }
}
