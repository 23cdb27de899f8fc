package io.sparkserving.protocols;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Gives replies the form that clients of MLflow read: predictions, or an error with a code. Replies
 * come in one write, the last.
 */
final class MlflowResponse extends Response.Wrapper {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final byte[] BEFORE = "{\"predictions\": ".getBytes(StandardCharsets.US_ASCII);
  private static final String PROBLEM = "application/problem+json";
  private static final String JSON = "application/json";

  MlflowResponse(Request request, Response wrapped) {
    super(request, wrapped);
  }

  /** An error as MLflow has it. */
  static ReplyMessage error(int status, String message, List<Header> more) {
    List<Header> headers = new ArrayList<>(more);
    headers.add(new Header("Content-Type", JSON));
    return new ReplyMessage(status, headers, body(status, message));
  }

  private static byte[] body(int status, String message) {
    ObjectNode error = MAPPER.createObjectNode().put("error_code", code(status));
    try {
      return MAPPER.writeValueAsBytes(error.put("message", message));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write an error as JSON", e);
    }
  }

  private static String code(int status) {
    return switch (status) {
      case 400, 405, 413, 415, 422 -> "BAD_REQUEST";
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "ENDPOINT_NOT_FOUND";
      case 408, 504 -> "DEADLINE_EXCEEDED";
      case 409 -> "RESOURCE_CONFLICT";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 502, 503 -> "TEMPORARILY_UNAVAILABLE";
      default -> status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR";
    };
  }

  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    HttpFields.Mutable headers = getHeaders();
    String type = headers.get(HttpHeader.CONTENT_TYPE);
    String media = type == null ? "" : type.toLowerCase(Locale.ROOT);
    boolean isReply = getStatus() == 200 && media.startsWith(JSON);
    if (!last || isCommitted() || !(isReply || media.startsWith(PROBLEM))) {
      super.write(last, content, callback);
      return;
    }
    byte[] body = BufferUtil.toArray(content == null ? BufferUtil.EMPTY_BUFFER : content);
    byte[] sent = isReply ? predictions(body) : body(getStatus(), message(body));
    headers.put(HttpHeader.CONTENT_TYPE, JSON);
    headers.put(HttpHeader.CONTENT_LENGTH, sent.length);
    super.write(true, ByteBuffer.wrap(sent), callback);
  }

  private static byte[] predictions(byte[] replies) {
    ByteArrayOutputStream sent = new ByteArrayOutputStream(replies.length + BEFORE.length + 1);
    sent.writeBytes(BEFORE);
    sent.writeBytes(replies);
    sent.write('}');
    return sent.toByteArray();
  }

  private static String message(byte[] problem) {
    try {
      JsonNode read = MAPPER.readTree(problem);
      String detail = read.path("detail").asText("");
      String message = detail.isEmpty() ? read.path("title").asText("") : detail;
      return read.has("record") ? "Record " + read.get("record") + ": " + message : message;
    } catch (IOException e) {
      return "";
    }
  }
}
