package io.sparkserving.server.access;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that callers may show. Tokens of a file are what the file held at most a second
 * before: whoever asks first after that second reads the file again. A file that is gone, empty or
 * broken changes nothing, as files are written piece by piece. All threads may call all methods.
 */
public final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final String AUTHORIZATION = "Authorization";
  private static final String API_KEY = "X-API-Key";
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[,;\\s]+");
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<Known> given;
  private final @Nullable Path file;
  private final NanoClock clock;
  private volatile List<Known> ofFile = List.of();
  private volatile long lastRead;
  private volatile boolean failing;

  /**
   * A token.
   *
   * @param digest of the token, of one length whatever the token's
   * @param caller who shows it
   */
  private record Known(byte[] digest, Caller caller) {}

  private Tokens(List<Known> given, @Nullable Path file, NanoClock clock) {
    this.given = given;
    this.file = file;
    this.clock = clock;
  }

  /**
   * Reads all tokens.
   *
   * @throws IllegalArgumentException if the file cannot be read, or holds none
   */
  public static Tokens of(AccessConfiguration access, NanoClock clock) {
    Tokens tokens = whenThere(access, clock);
    Path file = tokens.file;
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

  /** All tokens, those of a file as soon as it can be read. */
  static Tokens whenThere(AccessConfiguration access, NanoClock clock) {
    String given = access.tokens().map(HiddenText::reveal).orElse("");
    Tokens tokens = new Tokens(known(given), access.tokensFile().map(Path::of).orElse(null), clock);
    tokens.lastRead = clock.nanoTime() - FRESH_NANOS - 1;
    return tokens;
  }

  private static List<Known> read(Path file) throws IOException {
    List<Known> tokens = known(Files.readString(file));
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("there is none in it");
    }
    return tokens;
  }

  private static String reason(Exception e) {
    return e instanceof IOException ? "it cannot be read: " + e : String.valueOf(e.getMessage());
  }

  /**
   * Who shows a token, told in a time that depends on the length of it only; null if it is not
   * among these.
   */
  public @Nullable Caller find(String shown) {
    byte[] digest = digest(shown);
    Caller ofFile = find(digest, ofFile());
    Caller found = find(digest, given);
    return found == null ? ofFile : found;
  }

  private static @Nullable Caller find(byte[] digest, List<Known> tokens) {
    Caller found = null;
    for (Known token : tokens) {
      if (MessageDigest.isEqual(token.digest(), digest)) {
        found = token.caller();
      }
    }
    return found;
  }

  private List<Known> ofFile() {
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

  private static List<Known> known(String text) {
    return ApiTokens.parse(text).stream()
        .map(token -> known(token.name(), digest(token.token().reveal())))
        .toList();
  }

  private static Known known(Optional<String> name, byte[] digest) {
    return new Known(digest, name.map(Caller::named).orElseGet(() -> Caller.unnamed(digest)));
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot digest tokens", e);
    }
  }

  /** The tokens that headers show. */
  public static List<String> shownIn(HttpFields headers) {
    List<String> shown = new ArrayList<>(1);
    for (HttpField field : headers) {
      String value = isTokens(field) ? field.getValue() : null;
      String token = value == null ? null : shownIn(field, value.strip());
      if (token != null) {
        shown.add(token);
      }
    }
    return shown;
  }

  private static @Nullable String shownIn(HttpField header, String value) {
    if (!header.is(AUTHORIZATION)) {
      return value;
    }
    String[] words = value.split("\\s+", 2);
    return words.length == 2 && words[0].equalsIgnoreCase("Bearer") ? words[1] : null;
  }

  /** Returns headers without those that have one of these tokens in them. */
  public HttpFields takeFrom(HttpFields headers) {
    HttpFields.Mutable left = HttpFields.build();
    for (HttpField field : headers) {
      if (!isTokens(field) || !hasToken(field.getValue())) {
        left.add(field);
      }
    }
    return left.asImmutable();
  }

  private static boolean isTokens(HttpField field) {
    return field.is(AUTHORIZATION) || field.is(API_KEY);
  }

  /** However the token is shown: proxies join repeated headers, and clients mistake the scheme. */
  private boolean hasToken(@Nullable String value) {
    return value != null
        && Stream.of(BETWEEN_WORDS.split(value)).anyMatch(word -> find(word) != null);
  }
}
