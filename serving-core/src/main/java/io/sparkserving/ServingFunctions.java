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
 * expressions, and none of them does anything before a query runs.
 *
 * <p>Functions that make a reply return a struct of type {@link
 * io.sparkserving.schema.ServingSchemas#REPLY} that is never null. Its headers are an empty array,
 * to which {@code concat} can add. Of a reply, the client gets the status code, the headers, the
 * content and the content type. Not sent are the reason phrase, the protocol version, the locale
 * and the entity's own length: HTTP/2 has no reason phrases, and Content-Length is counted anew.
 *
 * <p>Status codes are 200 to 599. A null code is sent as 200. A reply of any other code, or with a
 * header that HTTP does not allow, is replaced by a 500 whose body says what was wrong. Content is
 * not sent with a 204, 205 or 304. A null body gives a reply without content and without a content
 * type, whatever the code.
 *
 * <p>A column of another type than a function asks for fails with Spark's {@code
 * AnalysisException}, when the column is used.
 */
public final class ServingFunctions {

  private static final int OK = 200;
  private static final String OK_REASON = "OK";

  private ServingFunctions() {}

  /**
   * Returns the body of a request as text, by the same rules as {@link #entityToString}.
   *
   * @param request a column of type {@link io.sparkserving.schema.ServingSchemas#REQUEST}; null
   *     gives null
   * @return a string column
   */
  public static Column requestToString(Column request) {
    return entityToString(request.getField("entity"));
  }

  /**
   * Returns an entity as text, in the charset of its content type, or UTF-8 where the content type
   * names none. The text is null where there is no body, and where the charset is none of UTF-8,
   * US-ASCII, ISO-8859-1, UTF-16 and UTF-32. A body of zero bytes is an empty text.
   *
   * <p>Servers answer 415 to a charset that Java does not know, and 400 to a body that its charset
   * cannot decode, so that queries get no such requests. UTF-8 is taken as it is.
   *
   * @param entity a column of type {@link io.sparkserving.schema.ServingSchemas#ENTITY}; null gives
   *     null
   * @return a string column
   */
  public static Column entityToString(Column entity) {
    return EntityText.of(entity);
  }

  /**
   * Makes a reply of status 200 with a text as {@code text/plain; charset=utf-8}.
   *
   * @param text a column that casts to string; null gives a reply without content
   */
  public static Column stringToResponse(Column text) {
    return stringToResponse(text, OK, OK_REASON);
  }

  /**
   * Makes a reply with a text as {@code text/plain; charset=utf-8}.
   *
   * @param text a column that casts to string; null gives a reply without content
   * @param code status code, 200 to 599; any other is answered 500 in its place
   * @param reason reason phrase, which stays in the row and is not sent
   */
  public static Column stringToResponse(Column text, int code, String reason) {
    return stringToResponse(text, lit(code), lit(reason));
  }

  /**
   * Makes a reply with a text as {@code text/plain; charset=utf-8}, and a status for each row.
   *
   * @param text a column that casts to string; null gives a reply without content
   * @param code a column that casts to int, 200 to 599; null is sent as 200, any other number is
   *     answered 500 in its place
   * @param reason a column that casts to string, may be null; stays in the row and is not sent
   */
  public static Column stringToResponse(Column text, Column code, Column reason) {
    return ReplyColumns.of(ReplyContent.text(text), code, reason);
  }

  /**
   * Makes a reply of status 200 with bytes as {@code application/octet-stream}.
   *
   * @param bytes a column that casts to binary; null gives a reply without content
   */
  public static Column binaryToResponse(Column bytes) {
    return binaryToResponse(bytes, OK, OK_REASON);
  }

  /**
   * Makes a reply with bytes as {@code application/octet-stream}.
   *
   * @param bytes a column that casts to binary; null gives a reply without content
   * @param code status code, 200 to 599; any other is answered 500 in its place
   * @param reason reason phrase, which stays in the row and is not sent
   */
  public static Column binaryToResponse(Column bytes, int code, String reason) {
    return binaryToResponse(bytes, lit(code), lit(reason));
  }

  /**
   * Makes a reply with bytes as {@code application/octet-stream}, and a status for each row.
   *
   * @param bytes a column that casts to binary; null gives a reply without content
   * @param code a column that casts to int, 200 to 599; null is sent as 200, any other number is
   *     answered 500 in its place
   * @param reason a column that casts to string, may be null; stays in the row and is not sent
   */
  public static Column binaryToResponse(Column bytes, Column code, Column reason) {
    return ReplyColumns.of(ReplyContent.binary(bytes), code, reason);
  }

  /** Makes a reply of status 200 without content and without a content type. */
  public static Column emptyResponse() {
    return emptyResponse(OK, OK_REASON);
  }

  /**
   * Makes a reply without content and without a content type.
   *
   * @param code status code, 200 to 599; any other is answered 500 in its place
   * @param reason reason phrase, which stays in the row and is not sent
   */
  public static Column emptyResponse(int code, String reason) {
    return emptyResponse(lit(code), lit(reason));
  }

  /**
   * Makes a reply without content and without a content type, and a status for each row.
   *
   * @param code a column that casts to int, 200 to 599; null is sent as 200, any other number is
   *     answered 500 in its place
   * @param reason a column that casts to string, may be null; stays in the row and is not sent
   */
  public static Column emptyResponse(Column code, Column reason) {
    return ReplyColumns.of(ReplyContent.empty(), code, reason);
  }

  /**
   * Makes a reply of status 200 whose body suits a type, as {@code Serving.makeReply} does: strings
   * as {@code text/plain; charset=utf-8} and binaries as {@code application/octet-stream}; structs,
   * maps and arrays of them as JSON; anything else as a JSON object {@code {"value": ...}}. JSON
   * leaves out the fields of a struct that are null, and has machine learning vectors as arrays of
   * numbers.
   *
   * @param data the column to reply with; null gives a reply without content
   * @param type the type of that column, which a column by itself does not know
   */
  public static Column makeReply(Column data, DataType type) {
    return makeReply(data, type, OK, OK_REASON);
  }

  /**
   * Makes a reply whose body suits a type, as {@link #makeReply(Column, DataType)} does.
   *
   * @param data the column to reply with; null gives a reply without content
   * @param type the type of that column
   * @param code status code, 200 to 599; any other is answered 500 in its place
   * @param reason reason phrase, which stays in the row and is not sent
   */
  public static Column makeReply(Column data, DataType type, int code, String reason) {
    return makeReply(data, "value", type, code, reason);
  }

  /**
   * Makes a reply whose body suits a type, as {@link #makeReply(Column, DataType)} does, with
   * another key than {@code value}.
   *
   * @param data the column to reply with; null gives a reply without content
   * @param name the key of the JSON object for data that is no string or binary, and has no JSON of
   *     its own
   * @param type the type of that column
   * @param code status code, 200 to 599; any other is answered 500 in its place
   * @param reason reason phrase, which stays in the row and is not sent
   */
  public static Column makeReply(Column data, String name, DataType type, int code, String reason) {
    return ReplyColumns.of(ReplyContent.of(data, name, type), lit(code), lit(reason));
  }

  /**
   * Sends a reply whenever the row is evaluated, from within the query and before its sink. The
   * first answer to a request wins, so a later one of the sink is dropped.
   *
   * <p>Nothing is sent where the reply, the id, or the id's service or request is null. A reply to
   * a request that is answered already, or to a service that has ended, is dropped without an
   * error. The task ends only when its replies have arrived where the connections are.
   *
   * @param api name of the service that the request came to, a string column; for who reads the
   *     query, as every id names its own service
   * @param reply a column of type {@link io.sparkserving.schema.ServingSchemas#REPLY}; Spark does
   *     not check the type, and a struct of another one fails the task
   * @param id a column of type {@link io.sparkserving.schema.ServingSchemas#ID}, as the source gave
   *     it
   * @return a boolean column {@code sendReply} that is never null: true where there was a reply and
   *     an id
   */
  public static Column sendReply(Column api, Column reply, Column id) {
    return SendReply.column(api, reply, id);
  }

  /**
   * Sends a reply whenever the row is evaluated, as {@link #sendReply(Column, Column, Column)}
   * does.
   *
   * @param api name of the service that the request came to
   * @param reply a column of type {@link io.sparkserving.schema.ServingSchemas#REPLY}
   * @param id a column of type {@link io.sparkserving.schema.ServingSchemas#ID}
   * @return a boolean column {@code sendReply} that is never null: true where there was a reply and
   *     an id
   */
  public static Column sendReply(String api, Column reply, Column id) {
    return sendReply(lit(api), reply, id);
  }
}
