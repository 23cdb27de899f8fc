package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Outputs whose values are bytes behind the JSON, for clients that want them so. What has no bytes,
 * such as a null, leaves its output in the JSON, as the protocol allows.
 */
final class BinaryOutput {
  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  private BinaryOutput() {}

  /**
   * Adds tensors to a reply.
   *
   * @param reply gets the member {@code outputs}
   * @param isWanted whether the client wants the bytes of an output, by its name
   * @param types of outputs, as far as they are known
   */
  static FormedReply add(
      ObjectNode reply,
      List<Tensor> tensors,
      Map<String, ModelTypes.Type> types,
      Predicate<String> isWanted) {
    ByteArrayOutputStream behind = new ByteArrayOutputStream();
    boolean isBinary = false;
    ArrayNode outputs = reply.putArray("outputs");
    for (Tensor tensor : tensors) {
      ObjectNode output = tensor.toJson();
      ModelTypes.Type type = types.get(tensor.name());
      byte[] bytes =
          isWanted.test(tensor.name()) ? bytes(tensor, type != null && type.isBase64()) : null;
      if (bytes != null) {
        output.remove("data");
        output.putObject("parameters").put(BinaryInput.SIZE, bytes.length);
        behind.writeBytes(bytes);
        isBinary = true;
      }
      outputs.add(output);
    }
    byte[] json = ProtocolJson.bytes(reply);
    if (!isBinary) {
      return FormedReply.json(json);
    }
    byte[] all = new byte[json.length + behind.size()];
    System.arraycopy(json, 0, all, 0, json.length);
    System.arraycopy(behind.toByteArray(), 0, all, json.length, behind.size());
    return new FormedReply(all, json.length);
  }

  /** The bytes of a tensor; null if a value of it has none. */
  private static byte @Nullable [] bytes(Tensor tensor, boolean isBase64) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (JsonNode value : tensor.data()) {
      byte[] bytes =
          switch (tensor.datatype()) {
            case "BOOL" ->
                value.isBoolean() ? new byte[] {(byte) (value.booleanValue() ? 1 : 0)} : null;
            case "INT8" -> integer(value, Byte.BYTES);
            case "INT16" -> integer(value, Short.BYTES);
            case "INT32" -> integer(value, Integer.BYTES);
            case "INT64" -> integer(value, Long.BYTES);
            case "FP32" -> number(value, Float.BYTES);
            case "FP64" -> number(value, Double.BYTES);
            default -> text(value, isBase64);
          };
      if (bytes == null) {
        return null;
      }
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte @Nullable [] integer(JsonNode value, int size) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      return null;
    }
    long number = value.longValue();
    int unused = Long.SIZE - Byte.SIZE * size;
    if (number << unused >> unused != number) {
      return null;
    }
    byte[] whole = allocate(Long.BYTES).putLong(number).array();
    return Arrays.copyOf(whole, size);
  }

  private static byte @Nullable [] number(JsonNode value, int size) {
    if (!value.isNumber() && !NOT_FINITE.contains(value.asText())) {
      return null;
    }
    Number number = value.isNumber() ? value.numberValue() : Double.valueOf(value.asText());
    ByteBuffer bytes = allocate(size);
    return size == Float.BYTES
        ? bytes.putFloat(number.floatValue()).array()
        : bytes.putDouble(number.doubleValue()).array();
  }

  private static byte @Nullable [] text(JsonNode value, boolean isBase64) {
    if (value.isNull()) {
      return null;
    }
    String text = value.isTextual() ? value.textValue() : ProtocolJson.write(value);
    byte[] bytes = isBase64 ? decoded(text) : text.getBytes(StandardCharsets.UTF_8);
    return bytes == null ? null : counted(bytes);
  }

  private static byte[] counted(byte[] bytes) {
    return allocate(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes).array();
  }

  private static byte @Nullable [] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // Such as the JSON of arrays of unlike lengths.
      return null;
    }
  }
}
