package io.sparkserving.protocols;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenInferenceFormatTest {
  private static final StructType SCHEMA =
      StructType.fromDDL("a DOUBLE, b STRING, x ARRAY<INT>, m ARRAY<ARRAY<INT>>");
  private final OpenInferenceFormat format = new OpenInferenceFormat();

  private static String input(String name, String shape, String datatype, String data) {
    return "{'name':'%s','shape':%s,'datatype':'%s','data':%s}"
        .formatted(name, shape, datatype, data)
        .replace('\'', '"');
  }

  private String records(String... inputs) {
    return format.records(
        "{\"id\":\"7\",\"inputs\":[" + String.join(",", inputs) + "]}", SCHEMA, 10);
  }

  @Test
  void tensorsBecomeColumns() {
    assertThat(
            records(
                input("a", "[2,1]", "FP64", "[1.5,2]"),
                input("b", "[2]", "BYTES", "['x','y']"),
                input("x", "[2,1]", "INT32", "[[1],[2]]"),
                input("m", "[2,2,1]", "INT32", "[1,2,3,4]")))
        .isEqualTo(
            "[{\"a\":1.5,\"b\":\"x\",\"x\":[1],\"m\":[[1],[2]]},"
                + "{\"a\":2,\"b\":\"y\",\"x\":[2],\"m\":[[3],[4]]}]");
    assertThat(records(input("x", "[1,3]", "INT64", "[[1,2,3]]"))).isEqualTo("[{\"x\":[1,2,3]}]");
    assertThat(records(input("a", "[0,1]", "FP32", "[]"))).isEqualTo("[]");
    assertThat(format.records("{\"instances\":[{\"a\":1}]}", SCHEMA, 10)).isEqualTo("[{\"a\":1}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|Expected a JSON object with the array inputs.",
        "{'inputs':[]}|Expected a JSON object with the array inputs.",
        "{'inputs':[{'shape':[1]}]}|to have a name of its own",
        "{'inputs':[{'name':'a','shape':[1],'datatype':'DOUBLE','data':[1]}]}|the datatype 'DOUBLE'",
        "{'inputs':[{'name':'a','shape':[-1],'datatype':'FP64','data':[1]}]}|an array of sizes",
        "{'inputs':[{'name':'a','shape':[3],'datatype':'FP64','data':[1]}]}|has 1 values of data: expected 3",
        "{'inputs':[{'name':'a','shape':[2147483647,0],'datatype':'FP64','data':[]}]}|is none of",
        "{'inputs':[{'name':'a','shape':[65536,65536,65536,65536],'datatype':'FP64','data':[]}]}|is none of",
        "{'inputs':[{'name':'a','shape':[11],'datatype':'FP64','data':[1,2,3,4,5,6,7,8,9,10,11]}]}|has 11 records",
        "{'inputs':[{'name':'a','shape':[1],'datatype':'FP64'}]}|has 0 values of data: expected 1",
      })
  void whatIsWrongIsSaid(String body, String said) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> format.records(body.replace('\'', '"'), SCHEMA, 10))
        .withMessageContaining(said);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                records(input("a", "[1]", "FP64", "[1]"), input("b", "[2]", "BYTES", "['x','y']")))
        .withMessageContaining("'b' has 2, others 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1,2]|INT64|[2,1]|[1,2]",
        "[1,null,2.5]|FP64|[3,1]|[1,null,2.5]",
        "[true,false]|BOOL|[2,1]|[true,false]",
        "['x',null]|BYTES|[2,1]|['x',null]",
        "[[1,2],[3,4]]|INT64|[2,2]|[1,2,3,4]",
        "[[[1],[2]]]|INT64|[1,2,1]|[1,2]",
        "[[1,2],[3]]|BYTES|[2,1]|['[1,2]','[3]']",
        "[{'k':1}]|BYTES|[1,1]|['{\\\"k\\\":1}']",
        "[]|BYTES|[0,1]|[]",
      })
  void valuesBecomeTensors(String rows, String datatype, String shape, String data) {
    List<JsonNode> values = new ArrayList<>();
    ProtocolJson.read(rows.replace('\'', '"'), "").forEach(values::add);
    JsonNode tensor = Tensor.of("t", null, values).toJson();
    assertThat(tensor.get("datatype").textValue()).isEqualTo(datatype);
    assertThat(tensor.get("shape")).hasToString(shape);
    assertThat(ProtocolJson.write(tensor.get("data"))).isEqualTo(data.replace('\'', '"'));
  }
}
