package io.sparkserving.channel;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ReplyPlace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Replies on the internal channel: a version byte, then for each reply its place, status, headers
 * and body. For one thread.
 */
public final class ReplyBatch {
  /** Where a message of replies goes. */
  public static final String PATH = "/replies";

  private static final int VERSION = 2;

  /** One reply with what it answers. */
  public record Entry(ReplyPlace place, ReplyMessage reply) {}

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  /** Makes an empty batch. */
  public ReplyBatch() {
    try {
      out.writeByte(VERSION);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
  }

  /** Adds a reply. */
  public void add(ReplyPlace place, ReplyMessage reply) {
    try {
      out.writeLong(place.requestId());
      out.writeInt(place.position());
      out.writeInt(place.records());
      out.writeBoolean(place.errorsInPlace());
      out.writeInt(reply.status());
      out.writeInt(reply.headers().size());
      for (Header header : reply.headers()) {
        writeBytes(header.name().getBytes(StandardCharsets.UTF_8));
        writeBytes(header.value().getBytes(StandardCharsets.UTF_8));
      }
      writeBytes(reply.body());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
  }

  /** Whether no reply was added. */
  public boolean isEmpty() {
    return bytes.size() <= 1;
  }

  /** Bytes of the batch so far. */
  public int size() {
    return bytes.size();
  }

  /** Returns the batch as bytes. */
  public byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void writeBytes(byte[] value) throws IOException {
    out.writeInt(value.length);
    out.write(value);
  }

  /** The ids of the requests of a message that {@link #toBytes} wrote. */
  public static List<Long> requestIds(byte[] message) {
    try {
      return read(message).stream().map(entry -> entry.place().requestId()).distinct().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read what was just written", e);
    }
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IOException if the bytes are of another version or cut short
   */
  public static List<Entry> read(byte[] message) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(message));
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("Unsupported version " + version + ", expected " + VERSION);
    }
    List<Entry> entries = new ArrayList<>();
    while (in.available() > 0) {
      ReplyPlace place =
          new ReplyPlace(in.readLong(), in.readInt(), in.readInt(), in.readBoolean());
      int status = in.readInt();
      int headerCount = in.readInt();
      List<Header> headers = new ArrayList<>();
      for (int i = 0; i < headerCount; i++) {
        headers.add(new Header(readText(in), readText(in)));
      }
      entries.add(new Entry(place, new ReplyMessage(status, headers, readBytes(in))));
    }
    return entries;
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("Invalid length " + length + " with " + in.available() + " bytes left");
    }
    return in.readNBytes(length);
  }
}
