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
 * What a task that is tried again asks of the JVM that holds its exchanges, and the answer: the ids
 * that it is to process.
 *
 * @param key the task's lease
 * @param attempt number of this try, 1 for the first retry
 * @param lastAttempt number of the last try that Spark allows
 */
public record Redelivery(LeaseKey key, int attempt, int lastAttempt) {

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

  public static Redelivery read(byte[] message) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(message));
    return new Redelivery(
        new LeaseKey(in.readLong(), in.readLong(), in.readInt()), in.readInt(), in.readInt());
  }

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

  public static Set<Long> readIds(byte[] answer) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(answer));
    Set<Long> ids = new HashSet<>();
    while (in.available() > 0) {
      ids.add(in.readLong());
    }
    return ids;
  }
}
