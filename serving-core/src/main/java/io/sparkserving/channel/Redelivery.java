package io.sparkserving.channel;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.LeaseKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The question of a task that is tried again to the JVM that holds its exchanges. The answer is the
 * ids of the exchanges that the task is to process.
 *
 * @param key lease of the task
 * @param attempt number of this try, 1 for the first retry
 * @param lastAttempt number of the last try that Spark allows
 */
public record Redelivery(LeaseKey key, int attempt, int lastAttempt) {
  /** Where the question goes. */
  public static final String PATH = "/redeliveries";

  /** Where the word goes that the last try of a task has failed, in the question's form. */
  public static final String FAILURE_PATH = "/failures";

  /** Writes the question. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(key.term());
      out.writeLong(key.batch());
      out.writeInt(key.partition());
      out.writeInt(attempt);
      out.writeInt(lastAttempt);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link #toBytes} wrote. */
  public static Redelivery read(byte[] message) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(message));
    return new Redelivery(
        new LeaseKey(in.readLong(), in.readLong(), in.readInt()), in.readInt(), in.readInt());
  }

  /** Writes the answer: the ids of exchanges. */
  public static byte[] idsToBytes(List<Exchange> exchanges) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Exchange exchange : exchanges) {
        out.writeLong(exchange.id());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link #idsToBytes} wrote. */
  public static Set<Long> readIds(byte[] answer) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(answer));
    Set<Long> ids = new HashSet<>();
    while (in.available() > 0) {
      ids.add(in.readLong());
    }
    return ids;
  }
}
