package io.sparkserving.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The replies to the records of one request, which make one reply: an array of JSON in the order of
 * the records. Replies of JSON stand in it as they are, text as a string, other bytes as a string
 * in base64, and what has no content, or no reply, as null. All threads may call all methods.
 */
final class RecordReplies {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int FIRST_ERROR = 400;
  private static final List<Header> JSON = List.of(new Header("Content-Type", "application/json"));

  private final AtomicReferenceArray<@Nullable ReplyMessage> replies;
  private final AtomicInteger missing;

  /**
   * @param records how many there are
   */
  RecordReplies(int records) {
    this.replies = new AtomicReferenceArray<>(records);
    this.missing = new AtomicInteger(records);
  }

  /**
   * Adds the reply to a record. A second one to the same record is dropped.
   *
   * @return the reply to the request, if it is there now
   */
  @Nullable ReplyMessage add(ReplyPlace place, ReplyMessage reply) {
    if (place.records() != replies.length()) {
      return null;
    }
    if (reply.status() >= FIRST_ERROR && !place.errorsInPlace()) {
      return named(place.position(), reply);
    }
    boolean isFirst = replies.compareAndSet(place.position(), null, reply);
    return isFirst && missing.decrementAndGet() == 0 ? joined() : null;
  }

  /** The reply as far as it has come, with null for records without a reply. */
  ReplyMessage joined() {
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    for (int i = 0; i < replies.length(); i++) {
      array.write(i == 0 ? '[' : ',');
      array.writeBytes(element(replies.get(i)));
    }
    array.write(']');
    return new ReplyMessage(200, JSON, array.toByteArray());
  }

  private static byte[] element(@Nullable ReplyMessage reply) {
    if (reply == null || reply.body().length == 0) {
      return "null".getBytes(StandardCharsets.US_ASCII);
    }
    String type = type(reply);
    if (type.contains("json")) {
      return reply.body();
    }
    return string(
        type.startsWith("text/")
            ? new String(reply.body(), StandardCharsets.UTF_8)
            : Base64.getEncoder().encodeToString(reply.body()));
  }

  private static byte[] string(String text) {
    try {
      return MAPPER.writeValueAsBytes(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a string as JSON", e);
    }
  }

  private static String type(ReplyMessage reply) {
    return reply.headers().stream()
        .filter(header -> header.name().equalsIgnoreCase("Content-Type"))
        .map(header -> header.value().toLowerCase(Locale.ROOT))
        .findFirst()
        .orElse("");
  }

  /** An error's reply, whose problem names the record as a further member. */
  private static ReplyMessage named(int position, ReplyMessage error) {
    byte[] body = error.body();
    if (body.length < 2 || body[0] != '{' || !type(error).contains("problem+json")) {
      return error;
    }
    ByteArrayOutputStream named = new ByteArrayOutputStream();
    named.writeBytes(("{\"record\":" + position + ",").getBytes(StandardCharsets.US_ASCII));
    named.writeBytes(Arrays.copyOfRange(body, 1, body.length));
    return new ReplyMessage(error.status(), error.headers(), named.toByteArray());
  }
}
