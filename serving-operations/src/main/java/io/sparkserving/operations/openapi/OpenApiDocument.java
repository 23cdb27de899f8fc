package io.sparkserving.operations.openapi;

import static java.util.Collections.nCopies;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ApiTypes;
import io.sparkserving.schema.ReplyType;
import io.sparkserving.schema.RequestType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** Writes what is known of a service as an OpenAPI 3.1 document. */
public final class OpenApiDocument {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The methods that OpenAPI knows. */
  private static final Set<String> METHODS =
      Set.of("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE");

  /** The methods whose requests have a body that HTTP gives a meaning. */
  private static final Set<String> METHODS_WITH_BODY = Set.of("PUT", "POST", "PATCH");

  private final ServiceConfiguration configuration;
  private final ApiTypes types;
  private final ApiParameters parameters;

  private OpenApiDocument(ServiceConfiguration configuration, ApiTypes types) {
    this.configuration = configuration;
    this.types = types;
    this.parameters = new ApiParameters(configuration.path(), types.request());
  }

  /** Returns the document as JSON in UTF-8. */
  public static byte[] write(ServiceConfiguration configuration, ApiTypes types) {
    try {
      return MAPPER.writeValueAsBytes(new OpenApiDocument(configuration, types).document());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write an OpenAPI document as JSON", e);
    }
  }

  private ObjectNode document() {
    ObjectNode root = JSON.objectNode().put("openapi", "3.1.0");
    root.putObject("info").put("title", configuration.name()).put("version", "1");
    // From the document's own address, whatever proxies there are before the service.
    String path = configuration.path();
    int depth = path.split("/", -1).length;
    root.putArray("servers")
        .addObject()
        .put("url", path.isEmpty() ? "." : String.join("/", nCopies(depth, "..")));
    ObjectNode operations = root.putObject("paths").putObject("/" + path);
    for (String method : methods()) {
      operations.set(method.toLowerCase(Locale.ROOT), operation(method));
    }
    ObjectNode components = root.putObject("components");
    components.putObject("schemas").set("Problem", problem());
    if (asksForToken()) {
      ObjectNode schemes = components.putObject("securitySchemes");
      schemes.putObject("bearer").put("type", "http").put("scheme", "bearer");
      schemes
          .putObject("apiKey")
          .put("type", "apiKey")
          .put("in", "header")
          .put("name", "X-API-Key");
      ArrayNode security = root.putArray("security");
      security.addObject().putArray("bearer");
      security.addObject().putArray("apiKey");
    }
    return root;
  }

  /** A service that takes any method is for requests with a body, if it parses what needs one. */
  private List<String> methods() {
    Set<String> asked = configuration.operations().methods();
    if (!asked.isEmpty()) {
      return asked.stream().filter(METHODS::contains).toList();
    }
    if (types.request().isEmpty()) {
      return List.of("GET", "POST");
    }
    return parameters.canSayAll() ? List.of("POST", "GET") : List.of("POST");
  }

  private boolean asksForToken() {
    return configuration.operations().access().isPresent();
  }

  private ObjectNode operation(String method) {
    String path = configuration.path();
    String id =
        method.toLowerCase(Locale.ROOT) + "_" + (path.isEmpty() ? configuration.name() : path);
    ObjectNode operation =
        JSON.objectNode().put("operationId", id.replaceAll("[^A-Za-z0-9_]", "_"));
    operation.putArray("tags").add(configuration.name());
    ArrayNode given = parameters.of(!METHODS_WITH_BODY.contains(method));
    if (!given.isEmpty()) {
      operation.set("parameters", given);
    }
    if (METHODS_WITH_BODY.contains(method)) {
      operation.set("requestBody", requestBody());
    }
    operation.set("responses", responses());
    return operation;
  }

  private ObjectNode requestBody() {
    ObjectNode body = JSON.objectNode();
    if (types.request().isEmpty()) {
      body.putObject("content").putObject("*/*");
      return body;
    }
    RequestType request = types.request().get();
    DataType type = parameters.ofBody(request.type());
    ObjectNode content = content(type, new JsonSchemas(request.complete()));
    body.set("content", request.many() ? oneOrMany(content) : content);
    return body.put("required", request.checked() && !parameters.canSayAll());
  }

  private static ObjectNode content(DataType type, JsonSchemas schemas) {
    ObjectNode content = JSON.objectNode();
    if (type instanceof BinaryType) {
      content.putObject("application/octet-stream");
    } else if (type instanceof StringType) {
      content.putObject("text/plain").putObject("schema").put("type", "string");
    } else {
      content.putObject("application/json").set("schema", schemas.of(type));
    }
    return content;
  }

  /** The same content, or an array of it: of what is not JSON, as strings. */
  private static ObjectNode oneOrMany(ObjectNode content) {
    JsonNode one = content.path("application/json").path("schema");
    ObjectNode items = one.isObject() ? one.deepCopy() : JSON.objectNode().put("type", "string");
    ObjectNode array = JSON.objectNode().put("type", "array");
    array.set("items", items);
    ObjectNode both = content.deepCopy();
    ObjectNode media = both.withObject("/application~1json");
    if (one.isObject()) {
      media.putObject("schema").putArray("oneOf").add(one.deepCopy()).add(array);
    } else {
      media.set("schema", array);
    }
    return both;
  }

  private ObjectNode responses() {
    ObjectNode responses = JSON.objectNode();
    if (types.reply().isPresent()) {
      ReplyType reply = types.reply().get();
      ObjectNode replied = JSON.objectNode();
      replied.put("description", "The query's reply; empty where it is null.");
      boolean many = types.request().map(RequestType::many).orElse(false);
      replied.set("content", many ? oneOrMany(replyContent(reply)) : replyContent(reply));
      responses.set("200", replied);
    } else {
      responses.putObject("default").put("description", "The query's reply.");
    }
    problems().forEach((status, meaning) -> responses.set(status, problemResponse(meaning)));
    return responses;
  }

  /** What is not JSON by itself is replied in an object, whose field is there though null. */
  private static ObjectNode replyContent(ReplyType reply) {
    DataType type = reply.type();
    JsonSchemas schemas = new JsonSchemas(false);
    if (type instanceof StringType || type instanceof BinaryType || hasOwnJson(type)) {
      return content(type, schemas);
    }
    ObjectNode content = content(new StructType().add(reply.column(), type), schemas);
    ObjectNode named = (ObjectNode) content.at("/application~1json/schema");
    named.putArray("required").add(reply.column());
    return content;
  }

  private static boolean hasOwnJson(DataType type) {
    return type instanceof StructType
        || type instanceof MapType
        || (type instanceof ArrayType array && hasOwnJson(array.elementType()));
  }

  /** What the service answers by itself, by status. */
  private Map<String, String> problems() {
    Map<String, String> all = new TreeMap<>();
    int noReply = configuration.noReplyStatus();
    if (noReply != 0 && noReply != 200) {
      all.put(Integer.toString(noReply), "The query finished without a reply.");
    }
    all.put("400", "The body is not what is expected.");
    if (asksForToken()) {
      all.put("401", "Missing or invalid token.");
    }
    all.put("408", "The rest of the body did not come in time.");
    all.put("413", "The body is larger than " + configuration.maxBodySize() + " bytes.");
    all.put("415", "The body is in a charset or coding that the service does not know.");
    configuration
        .operations()
        .rateLimit()
        .ifPresent(
            limit ->
                all.put("429", "More requests from one caller or address than the service takes."));
    all.put("500", "The query failed on the request, or finished without a reply.");
    if (configuration.gatewayPort().isPresent()) {
      all.put("502", "The gateway lost the server that had the request.");
    }
    all.put("503", "Too many requests wait, or no query takes them. Try again later.");
    all.put("504", "No reply within " + configuration.requestTimeout().toMillis() + " ms.");
    return all;
  }

  private static ObjectNode problemResponse(String description) {
    ObjectNode response = JSON.objectNode().put("description", description);
    response
        .putObject("content")
        .putObject("application/problem+json")
        .putObject("schema")
        .put("$ref", "#/components/schemas/Problem");
    return response;
  }

  /** As RFC 9457 has it. */
  private static ObjectNode problem() {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("type").put("type", "string").put("format", "uri-reference");
    properties.putObject("title").put("type", "string");
    properties.putObject("status").put("type", "integer");
    properties.putObject("detail").put("type", "string");
    return schema;
  }
}
