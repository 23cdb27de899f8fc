package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Gives replies the form that clients of the Open Inference Protocol read: tensors, or an error.
 * Replies come in one write, the last.
 */
final class OpenInferenceResponse extends Response.Wrapper {
  private static final String JSON = "application/json";
  private static final String BYTES = "application/octet-stream";
  private static final String OUTPUT = "output";

  private final Function<JsonNode, FormedReply> form;

  /**
   * @param form makes a reply's body of the array of the records' replies; throws {@link
   *     IllegalArgumentException} if the client asked for what there is not
   */
  OpenInferenceResponse(Request request, Response wrapped, Function<JsonNode, FormedReply> form) {
    super(request, wrapped);
    this.form = form;
  }

  static ReplyMessage json(int status, JsonNode body) {
    return new ReplyMessage(
        status, List.of(new Header("Content-Type", JSON)), ProtocolJson.bytes(body));
  }

  static ReplyMessage error(int status, String message) {
    return json(status, ProtocolJson.object().put("error", message));
  }

  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    HttpFields.Mutable headers = getHeaders();
    String type = headers.get(HttpHeader.CONTENT_TYPE);
    String media = type == null ? "" : type.toLowerCase(Locale.ROOT);
    boolean isReply = getStatus() == 200 && media.startsWith(JSON);
    if (!last || isCommitted() || !(isReply || media.startsWith("application/problem+json"))) {
      super.write(last, content, callback);
      return;
    }
    byte[] body = BufferUtil.toArray(content == null ? BufferUtil.EMPTY_BUFFER : content);
    FormedReply sent = isReply ? formed(body) : FormedReply.json(problem(body));
    headers.put(HttpHeader.CONTENT_TYPE, sent.isJson() ? JSON : BYTES);
    headers.put(HttpHeader.CONTENT_LENGTH, sent.body().length);
    if (!sent.isJson()) {
      headers.put(BinaryInput.LENGTH_HEADER, Integer.toString(sent.jsonLength()));
    }
    super.write(true, ByteBuffer.wrap(sent.body()), callback);
  }

  private FormedReply formed(byte[] body) {
    try {
      return form.apply(ProtocolJson.read(body));
    } catch (IllegalArgumentException e) {
      setStatus(400);
      return FormedReply.json(ProtocolJson.object().put("error", e.getMessage()));
    }
  }

  private static JsonNode problem(byte[] body) {
    JsonNode problem = ProtocolJson.read(body);
    String detail = problem.path("detail").asText(problem.path("title").asText(""));
    String record = problem.has("record") ? "Record " + problem.get("record") + ": " : "";
    return ProtocolJson.object().put("error", record + detail);
  }

  /**
   * The columns of records' replies as tensors.
   *
   * @param wanted names of outputs, in their order; empty for all
   * @throws IllegalArgumentException if there is no such output
   */
  static List<Tensor> tensors(
      JsonNode replies, Map<String, ModelTypes.Type> types, List<String> wanted) {
    Map<String, List<JsonNode>> columns = new LinkedHashMap<>();
    int rows = 0;
    for (JsonNode reply : replies) {
      ObjectNode fields =
          reply instanceof ObjectNode object ? object : ProtocolJson.object().set(OUTPUT, reply);
      for (String name : (Iterable<String>) fields::fieldNames) {
        List<JsonNode> column = columns.computeIfAbsent(name, key -> new ArrayList<>());
        while (column.size() < rows) {
          column.add(ProtocolJson.object().nullNode());
        }
        column.add(fields.get(name));
      }
      rows++;
      for (List<JsonNode> column : columns.values()) {
        while (column.size() < rows) {
          column.add(ProtocolJson.object().nullNode());
        }
      }
    }
    List<Tensor> tensors = new ArrayList<>();
    for (String name : wanted.isEmpty() ? List.copyOf(columns.keySet()) : wanted) {
      if (!columns.containsKey(name)) {
        throw new IllegalArgumentException(
            "No output is named '%s': expected some of %s."
                .formatted(name, String.join(", ", columns.keySet())));
      }
      ModelTypes.Type type = types.get(name);
      String datatype = type == null ? null : type.datatype();
      tensors.add(Tensor.of(name, datatype, columns.get(name)));
    }
    return tensors;
  }
}
