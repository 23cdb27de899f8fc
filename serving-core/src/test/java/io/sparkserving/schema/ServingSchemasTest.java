package io.sparkserving.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServingSchemasTest {

  private static final DataType TYPE =
      DataType.fromDDL("a STRUCT<b: INT, l: ARRAY<INT>, m: MAP<STRING, INT>>");

  @Test
  void theIdIsAContract() {
    assertThat(ServingSchemas.ID.toDDL())
        .isEqualTo("originatingService STRING,requestId STRING,partitionId INT");
  }

  @Test
  void theRequestIsAContract() {
    assertThat(ServingSchemas.REQUEST.simpleString())
        .isEqualTo(
            "struct<requestLine:struct<method:string,uri:string,"
                + "protocolVersion:struct<protocol:string,major:int,minor:int>>,"
                + "headers:array<struct<name:string,value:string>>,"
                + "entity:struct<content:binary,contentEncoding:struct<name:string,value:string>,"
                + "contentLength:bigint,contentType:struct<name:string,value:string>,"
                + "isChunked:boolean,isRepeatable:boolean,isStreaming:boolean>>");
  }

  @Test
  void theReplyIsAContract() {
    assertThat(ServingSchemas.REPLY.fieldNames())
        .containsExactly("headers", "entity", "statusLine", "locale");
    assertThat(ServingSchemas.STATUS_LINE.simpleString())
        .isEqualTo(
            "struct<protocolVersion:struct<protocol:string,major:int,minor:int>,"
                + "statusCode:int,reasonPhrase:string>");
  }

  @Test
  void nullabilityMakesNoDifference() {
    DataType strict = DataType.fromJson(TYPE.json().replace("true", "false"));

    assertThat(strict).isNotEqualTo(TYPE);
    assertThat(ServingSchemas.sameType(strict, TYPE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a STRUCT<B: INT, l: ARRAY<INT>, m: MAP<STRING, INT>>",
        "a STRUCT<b: LONG, l: ARRAY<INT>, m: MAP<STRING, INT>>",
        "a STRUCT<b: INT, l: ARRAY<LONG>, m: MAP<STRING, INT>>",
        "a STRUCT<b: INT, l: ARRAY<INT>, m: MAP<INT, INT>>",
        "a STRUCT<b: INT, l: ARRAY<INT>, m: MAP<STRING, LONG>>",
        "a STRUCT<l: ARRAY<INT>, b: INT, m: MAP<STRING, INT>>",
        "a STRUCT<b: INT, l: ARRAY<INT>>",
        "a INT"
      })
  void anyOtherDifferenceDoes(String ddl) {
    assertThat(ServingSchemas.sameType(StructType.fromDDL(ddl), TYPE)).isFalse();
  }
}
