package io.sparkserving.server.steps;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.options.AccessConfiguration;
import io.sparkserving.options.ApiTokens;
import io.sparkserving.options.HiddenText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that callers may show. Tokens of a file are what the file held at most a second
 * before: whoever asks first after that second reads the file again. A file that is gone, empty or
 * broken changes nothing, as files are written piece by piece. All threads may call all methods.
 */
final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<byte[]> given;
  private final @Nullable Path file;
  private final NanoClock clock;
  private volatile List<byte[]> ofFile = List.of();
  private volatile long lastRead;
  private volatile boolean failing;

  private Tokens(List<byte[]> given, @Nullable Path file, NanoClock clock) {
    this.given = given;
    this.file = file;
    this.clock = clock;
  }

  /**
   * Reads all tokens.
   *
   * @throws IllegalArgumentException if the file cannot be read, or holds none
   */
  static Tokens of(AccessConfiguration access, NanoClock clock) {
    String given = access.tokens().map(HiddenText::reveal).orElse("");
    Path file = access.tokensFile().map(Path::of).orElse(null);
    Tokens tokens = new Tokens(digests(given), file, clock);
    if (file != null) {
      try {
        tokens.ofFile = read(file);
        tokens.lastRead = clock.nanoTime();
      } catch (IOException | IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Invalid value '%s' for option 'auth.tokensFile': expected a file with tokens, but %s."
                .formatted(file, reason(e)),
            e);
      }
    }
    return tokens;
  }

  private static List<byte[]> read(Path file) throws IOException {
    List<byte[]> tokens = digests(Files.readString(file));
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("there is none in it");
    }
    return tokens;
  }

  private static String reason(Exception e) {
    return e instanceof IOException ? "it cannot be read: " + e : String.valueOf(e.getMessage());
  }

  /** Whether a token is among these, told in a time that depends on the length of it only. */
  boolean contain(String shown) {
    byte[] digest = digest(shown);
    boolean found = false;
    for (byte[] token : given) {
      found |= MessageDigest.isEqual(token, digest);
    }
    for (byte[] token : ofFile()) {
      found |= MessageDigest.isEqual(token, digest);
    }
    return found;
  }

  private List<byte[]> ofFile() {
    if (file != null && clock.nanoTime() - lastRead > FRESH_NANOS) {
      readAgain(file);
    }
    return ofFile;
  }

  private synchronized void readAgain(Path changed) {
    if (clock.nanoTime() - lastRead <= FRESH_NANOS) {
      return;
    }
    try {
      ofFile = read(changed);
      failing = false;
    } catch (IOException | IllegalArgumentException e) {
      if (!failing) {
        LOG.warn("Cannot take tokens from {}, the former ones go on: {}", changed, reason(e));
      }
      failing = true;
    }
    lastRead = clock.nanoTime();
  }

  private static List<byte[]> digests(String text) {
    return ApiTokens.parse(text).stream().map(Tokens::digest).toList();
  }

  /** Of one length, whatever the token's. */
  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot digest tokens", e);
    }
  }

  /** The token that a header shows, or null. */
  static @Nullable String shownIn(HttpField header) {
    String value = header.getValue();
    if (value == null || !header.is("Authorization")) {
      return value == null ? null : value.strip();
    }
    String[] words = value.strip().split("\\s+", 2);
    return words.length == 2 && words[0].equalsIgnoreCase("Bearer") ? words[1] : null;
  }
}
