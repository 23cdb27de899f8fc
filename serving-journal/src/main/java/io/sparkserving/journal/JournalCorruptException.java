package io.sparkserving.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A journal is not what was written. */
final class JournalCorruptException extends IOException {
  private static final long serialVersionUID = 1L;

  JournalCorruptException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
