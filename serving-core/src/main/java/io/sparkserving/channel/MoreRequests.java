package io.sparkserving.channel;

import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.TaskPoll;
import io.sparkserving.exchange.TaskPoll.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a task that goes on taking requests from a server in another JVM: the question
 * for more, and the word that the task has ended or failed.
 */
public final class MoreRequests {
  /** Where a {@link TaskPoll} goes. */
  public static final String PATH = "/polls";

  /** Where the word goes that a task takes no more, in the form of {@link #toBytes(LeaseKey)}. */
  public static final String END_PATH = "/poll-ends";

  /** Where the word goes that a task has failed, and what it took is to wait again. */
  public static final String FAILURE_PATH = "/poll-failures";

  private static final int VERSION = 1;
  private static final int UNKNOWN = -1;

  private MoreRequests() {}

  /**
   * What the word of a failure says.
   *
   * @param key of the task's share
   * @param isBlamed whether the failure is held against requests
   */
  public record Failure(LeaseKey key, boolean isBlamed) {}

  @FunctionalInterface
  private interface Writing {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writing.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  private static DataInputStream opened(byte[] message) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(message));
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("Unsupported version " + version + ", expected " + VERSION);
    }
    return in;
  }

  /** Writes a question. */
  public static byte[] toBytes(TaskPoll poll) {
    return written(
        out -> {
          write(poll.key(), out);
          out.writeBoolean(poll.isFirst());
          out.writeLong(poll.held());
          out.writeLong(poll.waitMillis());
          Set<Long> held = poll.heldRequests();
          out.writeInt(held == null ? UNKNOWN : held.size());
          for (long request : held == null ? Set.<Long>of() : held) {
            out.writeLong(request);
          }
        });
  }

  /**
   * Reads a question.
   *
   * @throws IOException if the bytes are of another version, or no question
   */
  public static TaskPoll readPoll(byte[] message) throws IOException {
    DataInputStream in = opened(message);
    LeaseKey key = readKey(in);
    boolean isFirst = in.readBoolean();
    long held = in.readLong();
    long waitMillis = in.readLong();
    return new TaskPoll(key, isFirst, held, readRequests(in), waitMillis);
  }

  private static @Nullable Set<Long> readRequests(DataInputStream in) throws IOException {
    int number = in.readInt();
    if (number == UNKNOWN) {
      return null;
    }
    if (number < 0 || number > in.available() / Long.BYTES) {
      throw new IOException("Invalid number " + number);
    }
    Set<Long> requests = new HashSet<>();
    for (int i = 0; i < number; i++) {
      requests.add(in.readLong());
    }
    return requests;
  }

  /** Writes the answer to a question: the requests, or nothing at all if the task is to end. */
  public static byte[] toBytes(Answer answer) {
    return answer instanceof Answer.Requests more
        ? RequestBatch.toBytes(more.exchanges())
        : new byte[0];
  }

  /**
   * Reads an answer.
   *
   * @return empty if the task is to end
   * @throws IOException if the bytes are of another version or cut short
   */
  public static <T> Optional<List<T>> readAnswer(byte[] answer, RequestBatch.Delivery<T> delivery)
      throws IOException {
    return answer.length == 0 ? Optional.empty() : Optional.of(RequestBatch.read(answer, delivery));
  }

  /** Writes the word that a task has ended. */
  public static byte[] toBytes(LeaseKey key) {
    return written(out -> write(key, out));
  }

  /** Reads the word that a task has ended. */
  public static LeaseKey readKey(byte[] message) throws IOException {
    return readKey(opened(message));
  }

  /** Writes the word that a task has failed. */
  public static byte[] toBytes(Failure failure) {
    return written(
        out -> {
          write(failure.key(), out);
          out.writeBoolean(failure.isBlamed());
        });
  }

  /** Reads the word that a task has failed. */
  public static Failure readFailure(byte[] message) throws IOException {
    DataInputStream in = opened(message);
    return new Failure(readKey(in), in.readBoolean());
  }

  private static void write(LeaseKey key, DataOutputStream out) throws IOException {
    out.writeLong(key.term());
    out.writeLong(key.batch());
    out.writeInt(key.partition());
  }

  private static LeaseKey readKey(DataInputStream in) throws IOException {
    return new LeaseKey(in.readLong(), in.readLong(), in.readInt());
  }
}
