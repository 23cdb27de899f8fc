package io.sparkserving.options;

/**
 * A text that is never printed, such as a password.
 *
 * @param reveal the text itself
 */
public record HiddenText(String reveal) {
  @Override
  public String toString() {
    return "***";
  }
}
