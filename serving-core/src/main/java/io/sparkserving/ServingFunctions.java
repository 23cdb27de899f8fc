package io.sparkserving;

import static org.apache.spark.sql.functions.lit;

import io.sparkserving.columns.EntityText;
import io.sparkserving.columns.ReplyColumns;
import io.sparkserving.columns.ReplyContent;
import io.sparkserving.task.reply.SendReply;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;

/**
 * Column functions over requests and replies. All but {@code sendReply} are made of Spark's own
 * expressions. A null body gives a reply without content and without a content type.
 */
public final class ServingFunctions {

  private static final int OK = 200;
  private static final String OK_REASON = "OK";

  private ServingFunctions() {}

  /**
   * The body of a request as text.
   *
   * @param request a column of type {@link io.sparkserving.schema.ServingSchemas#REQUEST}
   */
  public static Column requestToString(Column request) {
    return entityToString(request.getField("entity"));
  }

  /**
   * An entity as text, in the charset of its content type, or UTF-8 where it names none. Null where
   * there is no body, and where the charset is none of UTF-8, US-ASCII, ISO-8859-1, UTF-16 and
   * UTF-32.
   *
   * @param entity a column of type {@link io.sparkserving.schema.ServingSchemas#ENTITY}
   */
  public static Column entityToString(Column entity) {
    return EntityText.of(entity);
  }

  /** A 200 with this text as {@code text/plain; charset=utf-8}. */
  public static Column stringToResponse(Column text) {
    return stringToResponse(text, OK, OK_REASON);
  }

  public static Column stringToResponse(Column text, int code, String reason) {
    return stringToResponse(text, lit(code), lit(reason));
  }

  public static Column stringToResponse(Column text, Column code, Column reason) {
    return ReplyColumns.of(ReplyContent.text(text), code, reason);
  }

  /** A 200 with these bytes as {@code application/octet-stream}. */
  public static Column binaryToResponse(Column bytes) {
    return binaryToResponse(bytes, OK, OK_REASON);
  }

  public static Column binaryToResponse(Column bytes, int code, String reason) {
    return binaryToResponse(bytes, lit(code), lit(reason));
  }

  public static Column binaryToResponse(Column bytes, Column code, Column reason) {
    return ReplyColumns.of(ReplyContent.binary(bytes), code, reason);
  }

  /** A 200 without a body. */
  public static Column emptyResponse() {
    return emptyResponse(OK, OK_REASON);
  }

  public static Column emptyResponse(int code, String reason) {
    return emptyResponse(lit(code), lit(reason));
  }

  public static Column emptyResponse(Column code, Column reason) {
    return ReplyColumns.of(ReplyContent.empty(), code, reason);
  }

  /**
   * A 200 whose body suits a type, as {@code Serving.makeReply} does: strings and binaries as they
   * are, structs, maps and arrays of them as JSON, anything else as {@code {"value": ...}}.
   */
  public static Column makeReply(Column data, DataType type) {
    return makeReply(data, type, OK, OK_REASON);
  }

  public static Column makeReply(Column data, DataType type, int code, String reason) {
    return makeReply(data, "value", type, code, reason);
  }

  /**
   * As the others, with another key than {@code value}.
   *
   * @param name the key of the JSON object that holds what is no string, binary, struct or map
   */
  public static Column makeReply(Column data, String name, DataType type, int code, String reason) {
    return ReplyColumns.of(ReplyContent.of(data, name, type), lit(code), lit(reason));
  }

  /**
   * Sends a reply whenever the row is evaluated; true where there was a reply and an id. The first
   * answer to a request wins, so the sink's, if it comes later, is dropped.
   *
   * @param api the service that the request came to
   * @param reply a column of type {@link io.sparkserving.schema.ServingSchemas#REPLY}
   * @param id a column of type {@link io.sparkserving.schema.ServingSchemas#ID}
   */
  public static Column sendReply(Column api, Column reply, Column id) {
    return SendReply.column(api, reply, id);
  }

  public static Column sendReply(String api, Column reply, Column id) {
    return sendReply(lit(api), reply, id);
  }
}
