package io.sparkserving.operations.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.openapiparser.OpenApiParser;
import io.openapiparser.OpenApiResult;
import io.openapiparser.ValidationError;
import io.openapiprocessor.jsonschema.schema.DocumentLoader;
import io.openapiprocessor.jsonschema.schema.DocumentStore;
import io.openapiprocessor.jsonschema.schema.JsonInstance;
import io.openapiprocessor.jsonschema.schema.JsonSchema;
import io.openapiprocessor.jsonschema.schema.SchemaStore;
import io.openapiprocessor.jsonschema.validator.Validator;
import io.sparkserving.Serving;
import io.sparkserving.columns.LocalSpark;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ApiTypes;
import io.sparkserving.schema.ReplyType;
import io.sparkserving.schema.RequestType;
import io.sparkserving.schema.ServingSchemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

final class OpenApiDocumentTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectMapper QUOTED =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();
  private static final URI JSON_SCHEMA = URI.create("https://json-schema.org/draft/2020-12/schema");
  private static final String REQUEST = "/requestBody/content/application~1json/schema";
  private static final String REPLY = "/responses/200/content/application~1json/schema";

  @Test
  void manyRecordsAreDescribedBesideOne() throws IOException {
    StructType type = StructType.fromDDL("foo STRING");
    RequestType many = new RequestType(type, true, false, true);
    JsonNode post = document(Map.of(), many, DataTypes.LongType).at("/paths/~1my_api/post");
    for (String content : List.of("/requestBody", "/responses/200")) {
      JsonNode either = post.at(content + "/content/application~1json/schema/oneOf");
      assertThat(either.get(0).get("type").textValue()).as(content).isEqualTo("object");
      assertThat(either.get(1).get("type").textValue()).as(content).isEqualTo("array");
      assertThat(either.get(1).get("items")).as(content).isEqualTo(either.get(0));
    }
    post = document(Map.of(), many, DataTypes.StringType).at("/paths/~1my_api/post");
    JsonNode content = post.at("/responses/200/content");
    assertThat(content.has("text/plain")).isTrue();
    assertThat(content.at("/application~1json/schema/items/type").textValue()).isEqualTo("string");
  }

  @Test
  void fieldsMayBeParametersOfPathHeaderAndQuery() throws IOException {
    StructType type =
        StructType.fromDDL("user STRING, bar INT NOT NULL, tags ARRAY<STRING>")
            .add(
                "who",
                DataTypes.StringType,
                true,
                new MetadataBuilder().putString("header", "X-User").build());
    JsonNode paths =
        document(
                Map.of("path", "v1/{user}/score"),
                new RequestType(type, true, false, false),
                DataTypes.LongType)
            .get("paths");
    JsonNode operations = paths.get("/v1/{user}/score");
    List<String> told = new ArrayList<>();
    for (JsonNode parameter : operations.at("/get/parameters")) {
      told.add(
          parameter.get("in").textValue()
              + " "
              + parameter.get("name").textValue()
              + " "
              + parameter.get("required")
              + " "
              + parameter.get("example"));
    }
    assertThat(told)
        .containsExactly(
            "path user true \"hello\"",
            "header X-User false \"hello\"",
            "query bar true 1",
            "query tags false [\"hello\"]");
    assertThat(operations.at("/post/parameters")).hasSize(2);
    JsonNode body = operations.at("/post/requestBody");
    assertThat(body.at("/required").booleanValue()).isFalse();
    assertThat(body.at("/content/application~1json/schema/properties").fieldNames())
        .toIterable()
        .containsExactly("bar", "tags");
  }

  @Test
  void everyTypeHasItsSchema() throws IOException {
    StructType type =
        new StructType()
            .add("i8", "byte")
            .add("i16", "short")
            .add("i32", DataTypes.IntegerType, false, "how many")
            .add("i64", "long")
            .add("f", "float")
            .add("d", "double")
            .add("dec", "decimal(10,2)")
            .add("s", DataTypes.StringType, true, "a text")
            .add("b", "boolean")
            .add("day", "date")
            .add("at", "timestamp")
            .add("local", "timestamp_ntz")
            .add("bin", "binary")
            .add("nothing", DataTypes.NullType)
            .add("span", DataTypes.createDayTimeIntervalType())
            .add("list", DataTypes.createArrayType(DataTypes.LongType, false))
            .add("map", "map<string,array<int>>")
            .add("inner", "struct<x: int>")
            .add("vector", SQLDataTypes.VectorType(), false);

    JsonNode document = document(Map.of(), new RequestType(type, true, false, false), type);

    JsonNode schema = post(document).at(REQUEST);
    assertThat(post(document).at(REPLY)).isEqualTo(schema);
    assertThat(schema.path("required")).isEqualTo(json("['i32','vector']"));
    assertThat(schema.path("properties"))
        .isEqualTo(
            json(
                """
                {'i8': {'type': ['integer', 'null'], 'format': 'int8', 'minimum': -128, 'maximum': 127},
                'i16': {'type': ['integer', 'null'], 'format': 'int16', 'minimum': -32768,
                        'maximum': 32767},
                'i32': {'type': 'integer', 'format': 'int32', 'description': 'how many'},
                'i64': {'type': ['integer', 'null'], 'format': 'int64'},
                'f': {'type': ['number', 'null'], 'format': 'float'},
                'd': {'type': ['number', 'null'], 'format': 'double'},
                'dec': {'type': ['number', 'null'], 'format': 'decimal',
                        'exclusiveMinimum': -100000000, 'exclusiveMaximum': 100000000},
                's': {'type': ['string', 'null'], 'description': 'a text'},
                'b': {'type': ['boolean', 'null']},
                'day': {'type': ['string', 'null'], 'format': 'date'},
                'at': {'type': ['string', 'null'], 'format': 'date-time'},
                'local': {'type': ['string', 'null'],
                          'pattern': '^\\\\d{4,}-\\\\d{2}-\\\\d{2}T\\\\d{2}:\\\\d{2}:\\\\d{2}'},
                'bin': {'type': ['string', 'null'], 'contentEncoding': 'base64'},
                'nothing': {'type': 'null'},
                'span': {'description': "A value of Spark's type interval day to second."},
                'list': {'type': ['array', 'null'], 'items': {'type': 'integer', 'format': 'int64'}},
                'map': {'type': ['object', 'null'], 'additionalProperties':
                        {'type': ['array', 'null'], 'items':
                         {'type': ['integer', 'null'], 'format': 'int32'}}},
                'inner': {'type': ['object', 'null'], 'properties':
                          {'x': {'type': ['integer', 'null'], 'format': 'int32'}}},
                'vector': {'type': 'array', 'items': {'type': 'number', 'format': 'double'}}}
                """));
  }

  @Test
  void nothingMayBeMissingWhereTheQueryWantsAllFields() throws IOException {
    StructType type = StructType.fromDDL("a INT, list ARRAY<STRUCT<x: STRING>>");

    JsonNode document = document(Map.of(), new RequestType(type, true, true, false), type);

    assertThat(post(document).at(REQUEST))
        .isEqualTo(
            json(
                """
                {'type': 'object', 'required': ['a', 'list'], 'properties': {
                 'a': {'type': 'integer', 'format': 'int32'},
                 'list': {'type': 'array', 'items': {'type': 'object', 'required': ['x'],
                          'properties': {'x': {'type': 'string'}}}}}}
                """));
    assertThat(post(document).at(REPLY).has("required")).isFalse();
  }

  @Test
  void textAndBytesAreWhatTheyAre() throws IOException {
    JsonNode text =
        document(
            Map.of(),
            new RequestType(DataTypes.StringType, true, false, false),
            DataTypes.BinaryType);
    assertThat(post(text).at("/requestBody/content"))
        .isEqualTo(json("{'text/plain': {'schema': {'type': 'string'}}}"));
    assertThat(post(text).at("/responses/200/content"))
        .isEqualTo(json("{'application/octet-stream': {}}"));
    JsonNode number =
        document(
            Map.of(),
            new RequestType(DataTypes.BinaryType, true, false, false),
            DataTypes.DoubleType);
    assertThat(post(number).at(REPLY))
        .isEqualTo(
            json(
                "{'type': 'object', 'required': ['out'],"
                    + " 'properties': {'out': {'type': ['number', 'null'], 'format': 'double'}}}"));
  }

  @Test
  void theDocumentSaysWhatTheServiceAsksForAndAnswersByItself() throws IOException {
    Map<String, String> options =
        Map.of(
            "methods", "PUT, GET, PURGE",
            "auth.tokens", "animal-1111111111",
            "noReplyStatus", "404",
            "rateLimit", "100/s",
            "path", "v1/my-api");
    StructType type = StructType.fromDDL("a INT");

    JsonNode document = document(options, new RequestType(type, true, false, false), type);

    JsonNode operations = document.path("paths").path("/v1/my-api");
    assertThat(operations.fieldNames()).toIterable().containsExactly("put", "get");
    assertThat(operations.path("get").has("requestBody")).isFalse();
    assertThat(operations.path("put").path("operationId").textValue()).isEqualTo("put_v1_my_api");
    assertThat(operations.path("put").path("responses").fieldNames())
        .toIterable()
        .containsExactly(
            "200", "400", "401", "404", "408", "413", "415", "429", "500", "503", "504");
    assertThat(document.at("/servers/0/url").textValue()).isEqualTo("../..");
    assertThat(document.path("security")).isEqualTo(json("[{'bearer': []}, {'apiKey': []}]"));
    assertThat(document.toString()).doesNotContain("animal");
  }

  @Test
  void aQueryThatSaysNothingIsDescribedAllTheSame() throws IOException {
    JsonNode document = valid(Map.of(), ApiTypes.UNKNOWN);

    assertThat(document.at("/paths/~1my_api").fieldNames())
        .toIterable()
        .containsExactly("get", "post");
    assertThat(post(document).path("responses").has("default")).isTrue();
    assertThat(document.has("security")).isFalse();
  }

  @Test
  void typesTravelFromTheHelpersThroughTheQueryToTheSink() {
    StructType body = StructType.fromDDL("foo STRING, bar INT");
    Dataset<Row> parsed =
        Serving.parseRequest(requests(), null, body, "id", "request", "full")
            .withColumn("n", length(col("foo")));
    Optional<RequestType> request = Optional.of(new RequestType(body, true, true, false));
    Optional<ReplyType> reply = Optional.of(new ReplyType(DataTypes.IntegerType, "n"));

    Dataset<Row> replies = Serving.makeReply(parsed, "n");
    assertThat(types(replies)).isEqualTo(new ApiTypes(request, reply));
    assertThat(types(replies.filter("n > 1").join(other(), "bar").select("reply", "id").distinct()))
        .isEqualTo(new ApiTypes(request, reply));
    assertThat(types(parsed.withColumn("reply", col("n"))))
        .isEqualTo(new ApiTypes(request, Optional.empty()));
    Dataset<Row> grouped = parsed.groupBy("id").agg(count(lit(1)).as("c"));
    assertThat(types(Serving.makeReply(grouped, "c")).request()).isEmpty();
    Dataset<Row> made = grouped.withColumn("reply", col("c"));
    assertThat(types(made)).isEqualTo(ApiTypes.UNKNOWN);
  }

  private static Dataset<Row> requests() {
    StructType schema =
        new StructType().add("id", ServingSchemas.ID).add("request", ServingSchemas.REQUEST);
    return LocalSpark.session().createDataFrame(List.of(), schema);
  }

  private static Dataset<Row> other() {
    return LocalSpark.session().range(3).selectExpr("CAST(id AS INT) AS bar", "'x' AS more");
  }

  private static ApiTypes types(Dataset<Row> replies) {
    return ApiTypes.of(replies.schema(), "reply");
  }

  private static JsonNode document(Map<String, String> options, RequestType request, DataType reply)
      throws IOException {
    return valid(
        options, new ApiTypes(Optional.of(request), Optional.of(new ReplyType(reply, "out"))));
  }

  @Test
  void aServiceAtRootIsDescribedAtRoot() throws IOException {
    JsonNode document = valid(Map.of("path", "/"), ApiTypes.UNKNOWN);
    assertThat(document.at("/servers/0/url").textValue()).isEqualTo(".");
    assertThat(document.at("/info/title").textValue()).isEqualTo("root");
    assertThat(document.at("/paths/~1/post/operationId").textValue()).isEqualTo("post_root");
  }

  private static JsonNode post(JsonNode document) {
    return document.at("/paths/~1my_api/post");
  }

  /** The document, which is valid by OpenAPI's own schema. */
  private static JsonNode valid(Map<String, String> options, ApiTypes types) throws IOException {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(Map.of("port", "0", "path", "my_api"));
    all.putAll(options);
    byte[] bytes = OpenApiDocument.write(ServiceConfiguration.parse(all), types);
    assertThat(errors(bytes)).isEmpty();
    return MAPPER.readTree(bytes);
  }

  @Test
  void theValidatorOfTheseTestsFindsWhatIsWrong() throws IOException {
    byte[] bytes = OpenApiDocument.write(ServiceConfiguration.parse(minimal()), ApiTypes.UNKNOWN);
    String text = MAPPER.readTree(bytes).toString();
    assertThat(errors(text.replace("\"version\"", "\"edition\"").getBytes(UTF_8))).isNotEmpty();
    assertThat(errors(text.replace("\"type\":\"object\"", "\"type\":\"thing\"").getBytes(UTF_8)))
        .isNotEmpty();
  }

  private static Map<String, String> minimal() {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(Map.of("port", "0", "path", "my_api"));
    return all;
  }

  private static List<String> errors(byte[] document) throws IOException {
    DocumentLoader loader =
        new DocumentLoader(OpenApiDocumentTest::refuse, OpenApiDocumentTest::parse);
    Object parsed = MAPPER.readValue(document, Object.class);
    OpenApiResult result =
        new OpenApiParser(new DocumentStore(), loader)
            .parse(URI.create("https://service.example/openapi.json"), parsed);
    SchemaStore schemas = new SchemaStore(loader);
    schemas.registerDraft202012();
    result.validate(new Validator(), schemas);
    List<String> errors =
        new ArrayList<>(
            result.getValidationErrors().stream().map(ValidationError::getText).toList());
    // OpenAPI's own schema leaves to others what a schema is.
    JsonNode root = MAPPER.readTree(document);
    List<JsonNode> found = new ArrayList<>(root.findValues("schema"));
    root.at("/components/schemas").forEach(found::add);
    JsonSchema draft = schemas.getSchema(JSON_SCHEMA);
    for (JsonNode schema : found) {
      JsonInstance instance = new JsonInstance(MAPPER.convertValue(schema, Object.class));
      if (!new Validator().validate(draft, instance).isValid()) {
        errors.add("Invalid schema: " + schema);
      }
    }
    return errors;
  }

  /** All that is needed is in the validator's jar. */
  private static InputStream refuse(URI address) throws IOException {
    throw new IOException("Not to be read from elsewhere: " + address);
  }

  private static Object parse(String text) {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) throws IOException {
    return QUOTED.readTree(text);
  }
}
