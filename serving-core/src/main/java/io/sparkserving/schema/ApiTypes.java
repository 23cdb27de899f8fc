package io.sparkserving.schema;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a query says of its requests and replies. It travels to the sink as metadata of columns that
 * are new anyway: {@code parseRequest} notes on the first one what requests are parsed to, and
 * {@code makeReply} notes that again on the reply, with what the reply is made of. Columns that
 * were computed anew say nothing.
 *
 * @param request empty where it is not known
 * @param reply empty where it is not known
 */
public record ApiTypes(Optional<RequestType> request, Optional<ReplyType> reply) {
  /** Of a query that says nothing. */
  public static final ApiTypes UNKNOWN = new ApiTypes(Optional.empty(), Optional.empty());

  private static final String REQUEST = "sparkserving.request";
  private static final String REPLY = "sparkserving.reply";
  private static final String TYPE = "type";
  private static final String CHECKED = "checked";
  private static final String COMPLETE = "complete";
  private static final String COLUMN = "column";

  /** What the columns of a query's result say: any of the request, the reply's of the reply. */
  public static ApiTypes of(StructType result, String replyCol) {
    return new ApiTypes(
        requestNote(result)
            .map(
                note ->
                    new RequestType(
                        DataType.fromJson(note.getString(TYPE)),
                        note.getBoolean(CHECKED),
                        note.getBoolean(COMPLETE))),
        Arrays.stream(result.fields())
            .filter(field -> field.name().equals(replyCol))
            .flatMap(field -> note(field, REPLY).stream())
            .findFirst()
            .map(
                note ->
                    new ReplyType(
                        DataType.fromJson(note.getString(TYPE)), note.getString(COLUMN))));
  }

  /** Metadata for one of the columns that requests are parsed to. */
  public static Metadata noted(RequestType request) {
    Metadata note =
        new MetadataBuilder()
            .putString(TYPE, request.type().json())
            .putBoolean(CHECKED, request.checked())
            .putBoolean(COMPLETE, request.complete())
            .build();
    return new MetadataBuilder().putMetadata(REQUEST, note).build();
  }

  /**
   * Metadata for the reply column.
   *
   * @param rows that the reply is added to; what they say of the request is said again
   */
  public static Metadata noted(StructType rows, ReplyType reply) {
    Metadata note =
        new MetadataBuilder()
            .putString(TYPE, reply.type().json())
            .putString(COLUMN, reply.column())
            .build();
    MetadataBuilder all = new MetadataBuilder().putMetadata(REPLY, note);
    requestNote(rows).ifPresent(request -> all.putMetadata(REQUEST, request));
    return all.build();
  }

  private static Optional<Metadata> requestNote(StructType rows) {
    return Arrays.stream(rows.fields()).flatMap(field -> note(field, REQUEST).stream()).findFirst();
  }

  private static Optional<Metadata> note(StructField field, String key) {
    return field.metadata().contains(key)
        ? Optional.of(field.metadata().getMetadata(key))
        : Optional.empty();
  }
}
