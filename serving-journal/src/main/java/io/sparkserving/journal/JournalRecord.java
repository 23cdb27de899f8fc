package io.sparkserving.journal;

import io.sparkserving.channel.ReplyBatch;
import io.sparkserving.channel.RequestBatch;
import io.sparkserving.exchange.KeptAnswer;
import io.sparkserving.exchange.ReplyPlace;
import io.sparkserving.exchange.RequestMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One record of a segment. Its bytes are a length, a checksum (CRC-32C) of what follows, and as
 * many bytes as the length says: a kind, and what belongs to that.
 */
sealed interface JournalRecord {
  /** Version of the records of a segment, which its first one names. */
  int VERSION = 1;

  /** Bytes before the kind. */
  int HEAD = 8;

  /**
   * The first record of a segment.
   *
   * @param version of its records
   * @param serverId of the server that writes
   * @param generation of the run
   * @param number of the segment among those of the server in this generation, from 0
   * @param previousLength bytes of the segment before that are sure to be whole
   */
  record Header(int version, String serverId, long generation, int number, long previousLength)
      implements JournalRecord {}

  /**
   * A request that a task takes.
   *
   * @param batch of the run
   * @param partition of the task
   * @param id of the exchange
   * @param takenMicros since 1970-01-01 UTC
   * @param arrivalMicros since 1970-01-01 UTC
   * @param hasKey whether the client may send the request again
   * @param message the request
   */
  record Request(
      long batch,
      int partition,
      long id,
      long takenMicros,
      long arrivalMicros,
      boolean hasKey,
      RequestMessage message)
      implements JournalRecord {}

  /** Makes the request with an id void that is written down before. */
  record Withdrawal(long id) implements JournalRecord {}

  /** The answer to the request with an id. */
  record Answer(long id, long micros, KeptAnswer kept) implements JournalRecord {}

  /** Writes the record with its length and checksum. */
  default byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(0);
      write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    byte[] record = bytes.toByteArray();
    int length = record.length - HEAD;
    ByteBuffer.wrap(record).putInt(length).putInt(checksum(record, HEAD, length));
    return record;
  }

  private void write(DataOutputStream out) throws IOException {
    if (this instanceof Header header) {
      out.writeByte('H');
      out.writeInt(header.version());
      out.writeUTF(header.serverId());
      out.writeLong(header.generation());
      out.writeInt(header.number());
      out.writeLong(header.previousLength());
    } else if (this instanceof Request request) {
      out.writeByte('Q');
      out.writeLong(request.batch());
      out.writeInt(request.partition());
      out.writeLong(request.id());
      out.writeLong(request.takenMicros());
      out.writeLong(request.arrivalMicros());
      out.writeBoolean(request.hasKey());
      RequestBatch.write(out, request.message());
    } else if (this instanceof Withdrawal withdrawal) {
      out.writeByte('W');
      out.writeLong(withdrawal.id());
    } else if (this instanceof Answer answer) {
      out.writeByte('A');
      out.writeLong(answer.id());
      out.writeLong(answer.micros());
      out.writeUTF(answer.kept().key());
      out.writeUTF(answer.kept().digest());
      ReplyBatch reply = new ReplyBatch();
      reply.add(ReplyPlace.of(answer.id()), answer.kept().reply());
      out.write(reply.toBytes());
    }
  }

  /**
   * Reads what follows length and checksum.
   *
   * @throws IOException if that is no record of this version
   */
  static JournalRecord read(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case 'H' ->
          new Header(in.readInt(), in.readUTF(), in.readLong(), in.readInt(), in.readLong());
      case 'Q' ->
          new Request(
              in.readLong(),
              in.readInt(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readBoolean(),
              RequestBatch.readRequest(in));
      case 'W' -> new Withdrawal(in.readLong());
      case 'A' -> readAnswer(in);
      default -> throw new IOException("Unknown kind of record " + kind);
    };
  }

  private static Answer readAnswer(DataInputStream in) throws IOException {
    long id = in.readLong();
    long micros = in.readLong();
    String key = in.readUTF();
    String digest = in.readUTF();
    List<ReplyBatch.Entry> replies = ReplyBatch.read(in.readAllBytes());
    if (replies.size() != 1) {
      throw new IOException("Expected one reply, met " + replies.size());
    }
    return new Answer(id, micros, new KeptAnswer(key, digest, replies.get(0).reply()));
  }

  /** The checksum of some bytes. */
  static int checksum(byte[] bytes, int offset, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, offset, length);
    return (int) checksum.getValue();
  }
}
