package io.sparkserving.exchange;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** A random text that only those know who are to speak with each other. Never printed. */
public final class Secret implements Serializable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /** Makes a new secret. */
  public static Secret random() {
    return new Secret(randomHex(32));
  }

  /** The secret that was {@linkplain #reveal revealed} as a text. */
  public static Secret of(String text) {
    return new Secret(text);
  }

  /** 16 random hexadecimal digits, for names that must not be met twice. */
  public static String randomName() {
    return randomHex(8);
  }

  private static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** Whether a text is the secret; found in a time that does not depend on where they differ. */
  public boolean matches(String other) {
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** The text of the secret, to put into a message. */
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "Secret[***]";
  }
}
