package io.sparkserving.channel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Word of a task that it could not deliver replies to a server.
 *
 * @param serverId the server
 * @param reason why, for logs
 * @param requestIds the requests whose replies these were
 */
public record LostReplies(String serverId, String reason, List<Long> requestIds) {
  /** Where the word goes. */
  public static final String PATH = "/lost-replies";

  private static final int MOST_REASON_LENGTH = 1_000;

  /** Writes the word. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(serverId);
      out.writeUTF(reason.substring(0, Math.min(MOST_REASON_LENGTH, reason.length())));
      for (long requestId : requestIds) {
        out.writeLong(requestId);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link #toBytes} wrote. */
  public static LostReplies read(byte[] message) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(message));
    String serverId = in.readUTF();
    String reason = in.readUTF();
    List<Long> requestIds = new ArrayList<>();
    while (in.available() > 0) {
      requestIds.add(in.readLong());
    }
    return new LostReplies(serverId, reason, requestIds);
  }
}
