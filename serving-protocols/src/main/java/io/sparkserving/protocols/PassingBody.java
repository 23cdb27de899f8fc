package io.sparkserving.protocols;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * A body that is looked at, piece by piece, on its way to somebody else, inflated if it comes as
 * gzip (RFC 1952). Not for several threads at once.
 */
final class PassingBody {
  /** Gets the pieces of a body. */
  @FunctionalInterface
  interface Receiver {
    void receive(byte[] bytes, int length) throws IOException;
  }

  private static final int PIECE = 8192;
  private static final int FIXED_BYTES = 10;
  private static final int FLAGS = 3;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int CHECKSUM = 2;
  private static final int ALL_FLAGS = EXTRA | NAME | COMMENT | CHECKSUM;

  private final @Nullable Inflater inflater;
  private long left;

  /** How many bytes of gzip's own header have passed, and what of it is still to come. */
  private int position;

  private int flags;
  private int extraBytes;
  private int toSkip;

  private PassingBody(@Nullable Inflater inflater, long most) {
    this.inflater = inflater;
    this.left = most;
  }

  /**
   * @param headers which say how the body comes
   * @param most bytes to look at, inflated
   */
  static PassingBody of(HttpFields headers, long most) {
    String coding = headers.get(HttpHeader.CONTENT_ENCODING);
    boolean isGzip = "gzip".equalsIgnoreCase(coding) || "x-gzip".equalsIgnoreCase(coding);
    return new PassingBody(isGzip ? new Inflater(true) : null, most);
  }

  /**
   * Takes what has arrived.
   *
   * @param receiver gets that as it was before it was compressed, in pieces that are its own
   * @throws IOException if it is no gzip, or the receiver throws
   */
  void pass(ByteBuffer arrived, Receiver receiver) throws IOException {
    if (inflater == null) {
      byte[] bytes = new byte[(int) Math.min(arrived.remaining(), left)];
      arrived.get(bytes);
      left -= bytes.length;
      receiver.receive(bytes, bytes.length);
      return;
    }
    while (arrived.hasRemaining() && !isBehindHeader()) {
      passHeader(Byte.toUnsignedInt(arrived.get()));
    }
    inflater.setInput(arrived);
    try {
      byte[] piece = new byte[PIECE];
      int length = inflater.inflate(piece);
      while (length > 0 && left > 0) {
        left -= length;
        receiver.receive(piece, length);
        piece = new byte[PIECE];
        length = inflater.inflate(piece);
      }
    } catch (DataFormatException e) {
      throw new IOException("The body is no gzip", e);
    }
  }

  private boolean isBehindHeader() {
    return position >= FIXED_BYTES && toSkip == 0 && (flags & ALL_FLAGS) == 0;
  }

  private void passHeader(int next) {
    if (position < FIXED_BYTES) {
      flags = position == FLAGS ? next : flags;
      position++;
    } else if ((flags & EXTRA) != 0) {
      toSkip |= next << (Byte.SIZE * extraBytes);
      extraBytes++;
      flags &= extraBytes == 2 ? ~EXTRA : flags;
    } else if (toSkip > 0) {
      toSkip--;
    } else if ((flags & NAME) != 0) {
      flags &= next == 0 ? ~NAME : flags;
    } else if ((flags & COMMENT) != 0) {
      flags &= next == 0 ? ~COMMENT : flags;
    } else {
      // The other byte of the checksum follows.
      flags &= ~CHECKSUM;
      toSkip = 1;
    }
  }

  /** Gives back what inflating has taken. */
  void end() {
    if (inflater != null) {
      inflater.end();
    }
  }
}
