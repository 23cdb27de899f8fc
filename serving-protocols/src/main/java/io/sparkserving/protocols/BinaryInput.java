package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Inputs whose values are bytes behind the JSON, as the binary tensor extension of Triton has them:
 * in their order, little-endian, without anything between them. A value of {@code BYTES} follows
 * its length, of four bytes.
 */
final class BinaryInput {
  /** The header with the number of bytes of the JSON. */
  static final String LENGTH_HEADER = "Inference-Header-Content-Length";

  static final String SIZE = "binary_data_size";

  private BinaryInput() {}

  /**
   * Takes the bytes of an input from those that follow the JSON.
   *
   * @param rest what has not been taken yet; its position moves
   * @return null if the values of the input are in the JSON
   * @throws IllegalArgumentException if the input wants other bytes than there are
   */
  static @Nullable ByteBuffer take(String name, JsonNode input, ByteBuffer rest) {
    JsonNode size = input.path("parameters").path(SIZE);
    if (size.isMissingNode()) {
      return null;
    }
    if (!size.canConvertToInt() || !size.isIntegralNumber() || size.intValue() < 0) {
      throw new IllegalArgumentException(
          "Expected the %s of the input '%s' to be a number of bytes.".formatted(SIZE, name));
    }
    if (input.has("data")) {
      throw new IllegalArgumentException(
          "The input '%s' has both data and %s: expected one of them.".formatted(name, SIZE));
    }
    if (size.intValue() > rest.remaining()) {
      throw new IllegalArgumentException(
          "The input '%s' has a %s of %d, but %d bytes are left of those behind the JSON, whose length the header %s says."
              .formatted(name, SIZE, size.intValue(), rest.remaining(), LENGTH_HEADER));
    }
    ByteBuffer taken = rest.slice(rest.position(), size.intValue());
    rest.position(rest.position() + size.intValue());
    return taken.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether bytes of a field are in base64 where JSON has them: those of binary fields. */
  static boolean isOfBytes(DataType type) {
    DataType inner = type;
    while (inner instanceof ArrayType array) {
      inner = array.elementType();
    }
    return inner instanceof BinaryType;
  }

  /**
   * Reads the values of a tensor, row by row.
   *
   * @param count how many there are, as the shape says
   * @param isBase64 whether {@code BYTES} are to be in base64, and not text
   * @throws IllegalArgumentException if these are not the bytes of so many values
   */
  static ArrayNode values(
      String name, String datatype, int count, ByteBuffer bytes, boolean isBase64) {
    if (datatype.equals(Tensor.BYTES)) {
      return texts(name, count, bytes, isBase64);
    }
    long expected = (long) count * size(datatype);
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          "The input '%s' has a %s of %d: expected %d, for %d values of %s."
              .formatted(name, SIZE, bytes.remaining(), expected, count, datatype));
    }
    ArrayNode values = ProtocolJson.array();
    for (int i = 0; i < count; i++) {
      addNext(values, datatype, bytes);
    }
    return values;
  }

  private static int size(String datatype) {
    return switch (datatype) {
      case "BOOL", "INT8", "UINT8" -> Byte.BYTES;
      case "INT16", "UINT16", "FP16" -> Short.BYTES;
      case "INT32", "UINT32", "FP32" -> Integer.BYTES;
      default -> Long.BYTES;
    };
  }

  private static void addNext(ArrayNode values, String datatype, ByteBuffer bytes) {
    switch (datatype) {
      case "BOOL" -> values.add(bytes.get() != 0);
      case "INT8" -> values.add(bytes.get());
      case "UINT8" -> values.add(Byte.toUnsignedInt(bytes.get()));
      case "INT16" -> values.add(bytes.getShort());
      case "UINT16" -> values.add(Short.toUnsignedInt(bytes.getShort()));
      case "INT32" -> values.add(bytes.getInt());
      case "UINT32" -> values.add(Integer.toUnsignedLong(bytes.getInt()));
      case "INT64" -> values.add(bytes.getLong());
      case "UINT64" -> values.add(new BigInteger(Long.toUnsignedString(bytes.getLong())));
      case "FP16" -> values.add(half(bytes.getShort()));
      // As JSON has a number of this type: with the digits of a double.
      case "FP32" -> values.add((double) bytes.getFloat());
      default -> values.add(bytes.getDouble());
    }
  }

  /** A number of 16 bits, as IEEE 754 has it. */
  private static double half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    double size;
    if (exponent == 0x1f) {
      size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      size = Math.scalb((double) fraction, -24);
    } else {
      size = Math.scalb(1024.0 + fraction, exponent - 25);
    }
    return bits < 0 ? -size : size;
  }

  private static ArrayNode texts(String name, int count, ByteBuffer bytes, boolean isBase64) {
    ArrayNode texts = ProtocolJson.array();
    for (int i = 0; i < count; i++) {
      int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw new IllegalArgumentException(
            "The bytes of the input '%s' end within the value %d of %d.".formatted(name, i, count));
      }
      ByteBuffer value = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      texts.add(isBase64 ? base64(value) : text(name, i, value));
    }
    if (bytes.hasRemaining()) {
      throw new IllegalArgumentException(
          "The input '%s' has %d bytes more than the %d values of its shape."
              .formatted(name, bytes.remaining(), count));
    }
    return texts;
  }

  private static String base64(ByteBuffer value) {
    return StandardCharsets.ISO_8859_1.decode(Base64.getEncoder().encode(value)).toString();
  }

  private static String text(String name, int position, ByteBuffer value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(value).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "The value %d of the input '%s' is no UTF-8.".formatted(position, name), e);
    }
  }
}
