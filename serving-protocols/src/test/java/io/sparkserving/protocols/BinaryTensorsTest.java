package io.sparkserving.protocols;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryTensorsTest {
  private static final StructType SCHEMA =
      StructType.fromDDL("a DOUBLE, s STRING, b BINARY, m ARRAY<ARRAY<INT>>");

  private final OpenInferenceFormat format = new OpenInferenceFormat();

  private static String input(String name, String shape, String datatype, Object size) {
    return "{'name':'%s','shape':%s,'datatype':'%s','parameters':{'binary_data_size':%s}}"
        .formatted(name, shape, datatype, size);
  }

  private String records(String hex, String... inputs) {
    String text = "{'inputs':[" + String.join(",", inputs) + "]}";
    ByteBuffer rest = ByteBuffer.wrap(HexFormat.of().parseHex(hex)).asReadOnlyBuffer();
    return format.records(text.replace('\'', '"'), rest, SCHEMA, 10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BOOL|1|0100|true|false",
        "INT8|1|7f80|127|-128",
        "UINT8|1|7f80|127|128",
        "INT16|2|0100feff|1|-2",
        "UINT16|2|0100feff|1|65534",
        "INT32|4|01000000feffffff|1|-2",
        "UINT32|4|01000000feffffff|1|4294967294",
        "INT64|8|0100000000000000feffffffffffffff|1|-2",
        "UINT64|8|0100000000000000ffffffffffffffff|1|18446744073709551615",
        "FP16|2|00350004|0.3125|6.103515625E-5",
        "FP16|2|00820002|-3.0517578125E-5|3.0517578125E-5",
        "FP16|2|007c00fc|\"Infinity\"|\"-Infinity\"",
        "FP16|2|ff7b017e|65504.0|\"NaN\"",
        "FP32|4|cdcccc3d0000807f|0.10000000149011612|\"Infinity\"",
        "FP64|8|9a9999999999b93f000000000000f8ff|0.1|\"NaN\"",
        "BYTES|0|02000000c3a900000000|\"é\"|\"\"",
      })
  void bytesAreValues(String datatype, int size, String hex, String first, String second) {
    String name = datatype.equals("BYTES") ? "s" : "a";
    assertThat(records(hex, input(name, "[2,1]", datatype, hex.length() / 2)))
        .isEqualTo("[{\"%s\":%s},{\"%s\":%s}]".formatted(name, first, name, second));
    assertThat(size == 0 || hex.length() == 4 * size).isTrue();
  }

  @Test
  void inputsHaveTheirBytesInTheirOrder() {
    String values =
        records(
            "01000000020000000300000004000000" + "01000000ff00000000",
            input("m", "[2,2,1]", "INT32", 16),
            "{'name':'a','shape':[2],'datatype':'FP64','data':[1,2]}",
            input("b", "[2]", "BYTES", 9));
    assertThat(values)
        .isEqualTo(
            "[{\"m\":[[1],[2]],\"a\":1,\"b\":\"/w==\"},{\"m\":[[3],[4]],\"a\":2,\"b\":\"\"}]");
    assertThat(records("", input("a", "[0]", "FP32", 0))).isEqualTo("[]");
    // What the schema does not have is read past.
    assertThat(records("0102", input("x", "[1]", "INT8", 1), input("a", "[1]", "INT8", 1)))
        .isEqualTo("[{\"a\":2}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[2]|FP32|8|00000000|a binary_data_size of 8, but 4 bytes are left",
        "[2]|FP32|4|00000000|a binary_data_size of 4: expected 8, for 2 values of FP32",
        "[1]|FP32|4|0000000000|1 bytes more than the binary_data_size",
        "[2]|FP32|-1|00000000|to be a number of bytes",
        "[2]|FP32|1.5|00000000|to be a number of bytes",
        "[2]|FP32|\"8\"|00000000|to be a number of bytes",
        "[2]|FP32|99999999999|00000000|to be a number of bytes",
        "[2]|FP32|null|00000000|to be a number of bytes",
        "[2147483647]|FP64|8|0000000000000000|has 2147483647 records",
        "[1,2147483647]|FP64|8|0000000000000000|expected 17179869176, for 2147483647 values",
        "[1,2147483647]|BYTES|4|00000000|end within the value 1 of 2147483647",
        "[1]|BYTES|4|ffffffff|end within the value 0 of 1",
        "[1]|BYTES|6|ffffff7f0000|end within the value 0 of 1",
        "[2]|BYTES|6|010000006100|end within the value 1 of 2",
        "[1]|BYTES|6|010000006100|has 1 bytes more than the 1 values",
        "[1]|BYTES|5|01000000ff|The value 0 of the input 's' is no UTF-8",
        "[1]|BF16|2|0000|the datatype 'BF16'",
      })
  void whatIsWrongWithBytesIsSaid(
      String shape, String datatype, String size, String hex, String said) {
    String name = datatype.equals("BYTES") ? "s" : "a";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> records(hex, input(name, shape, datatype, size)))
        .withMessageContaining(said);
  }

  @Test
  void anInputHasBytesOrData() {
    String both = input("a", "[1]", "INT8", 1).replace("{'name'", "{'data':[1],'name'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> records("01", both))
        .withMessageContaining("has both data and binary_data_size");
  }

  private static FormedReply reply(String datatype, String encoding, String data) {
    List<JsonNode> rows = new ArrayList<>();
    ProtocolJson.read(data.replace('\'', '"'), "").forEach(rows::add);
    ModelTypes.Type type = new ModelTypes.Type(datatype, 0, encoding);
    return BinaryOutput.add(
        ProtocolJson.object(),
        List.of(Tensor.of("t", datatype, rows)),
        Map.of("t", type),
        name -> true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BOOL||[true,false]|0100",
        "INT8||[1,-1]|01ff",
        "INT16||[1,-2]|0100feff",
        "INT32||[1,-2]|01000000feffffff",
        "INT64||[1,-2]|0100000000000000feffffffffffffff",
        "FP32||[0.1,'Infinity']|cdcccc3d0000807f",
        "FP64||[0.1,2]|9a9999999999b93f0000000000000040",
        "BYTES||['é','']|02000000c3a900000000",
        "BYTES||[1.50]|04000000312e3530",
        "BYTES|base64|['/w==']|01000000ff",
      })
  void valuesAreBytes(String datatype, String encoding, String data, String hex) {
    FormedReply reply = reply(datatype, encoding == null ? "" : encoding, data);
    String json = new String(reply.body(), 0, reply.jsonLength(), StandardCharsets.UTF_8);
    assertThat(ProtocolJson.read(json, "").at("/outputs/0/parameters/binary_data_size").intValue())
        .isEqualTo(hex.length() / 2);
    assertThat(ProtocolJson.read(json, "").at("/outputs/0").has("data")).isFalse();
    assertThat(HexFormat.of().formatHex(reply.body(), reply.jsonLength(), reply.body().length))
        .isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INT32||[1,null]",
        "INT8||[128]",
        "INT64||[9223372036854775808]",
        "FP64||[1,null]",
        "FP64||['much']",
        "BOOL||[1]",
        "BYTES||['x',null]",
        "BYTES|base64|['=x']",
      })
  void whatHasNoBytesStaysInTheJson(String datatype, String encoding, String data) {
    FormedReply reply = reply(datatype, encoding == null ? "" : encoding, data);
    assertThat(reply.isJson()).isTrue();
    assertThat(ProtocolJson.write(ProtocolJson.read(reply.body()).at("/outputs/0/data")))
        .isEqualTo(data.replace('\'', '"'));
  }
}
