package io.sparkserving.channel;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.RequestMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests on the internal channel, on their way to a task in another JVM: a version byte first.
 */
public final class RequestBatch {
  private static final int VERSION = 1;
  private static final int NONE = -1;

  /** Makes what a task gets of a request. */
  @FunctionalInterface
  public interface Delivery<T> {
    /** Called for each request, in their order, with what its exchange says. */
    T deliver(long id, long arrivalMicros, RequestMessage message);
  }

  private RequestBatch() {}

  /** Writes the requests of exchanges. */
  public static byte[] toBytes(List<Exchange> exchanges) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      for (Exchange exchange : exchanges) {
        out.writeLong(exchange.id());
        out.writeLong(exchange.arrivalMicros());
        write(out, exchange.request());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /** Writes one request. */
  public static void write(DataOutputStream out, RequestMessage request) throws IOException {
    writeText(out, request.method());
    writeText(out, request.uri());
    out.writeInt(request.majorVersion());
    out.writeInt(request.minorVersion());
    out.writeInt(request.headers().size());
    for (Header header : request.headers()) {
      writeText(out, header.name());
      writeText(out, header.value());
    }
    writeBytes(out, request.body());
    out.writeBoolean(request.chunked());
    writeText(out, request.caller());
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IOException if the bytes are of another version or cut short
   */
  public static <T> List<T> read(byte[] message, Delivery<T> delivery) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(message));
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("Unsupported version " + version + ", expected " + VERSION);
    }
    List<T> delivered = new ArrayList<>();
    while (in.available() > 0) {
      delivered.add(delivery.deliver(in.readLong(), in.readLong(), readRequest(in)));
    }
    return delivered;
  }

  /**
   * Reads one request that {@link #write} wrote.
   *
   * @throws IOException if the bytes are cut short
   */
  public static RequestMessage readRequest(DataInputStream in) throws IOException {
    String method = text(in);
    String uri = text(in);
    int majorVersion = in.readInt();
    int minorVersion = in.readInt();
    int headerCount = in.readInt();
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < headerCount; i++) {
      headers.add(new Header(text(in), text(in)));
    }
    return new RequestMessage(
        method,
        uri,
        majorVersion,
        minorVersion,
        headers,
        readBytes(in),
        in.readBoolean(),
        textOrNull(in));
  }

  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    writeBytes(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  private static void writeBytes(DataOutputStream out, byte @Nullable [] value) throws IOException {
    out.writeInt(value == null ? NONE : value.length);
    if (value != null) {
      out.write(value);
    }
  }

  private static String text(DataInputStream in) throws IOException {
    String text = textOrNull(in);
    return text == null ? "" : text;
  }

  private static @Nullable String textOrNull(DataInputStream in) throws IOException {
    byte[] bytes = readBytes(in);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte @Nullable [] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == NONE) {
      return null;
    }
    if (length < 0 || length > in.available()) {
      throw new IOException("Invalid length " + length + " with " + in.available() + " bytes left");
    }
    return in.readNBytes(length);
  }
}
