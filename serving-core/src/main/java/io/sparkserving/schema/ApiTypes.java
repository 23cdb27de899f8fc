package io.sparkserving.schema;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The types of a query's requests and replies, as far as the query's columns tell. They travel to
 * the sink as metadata of columns that are new anyway: {@code parseRequest} notes on its first
 * column what requests are parsed to, and {@code makeReply} notes that again on the reply column,
 * with what the reply is made of. Columns that were computed anew have no such note.
 *
 * @param request what requests are parsed to; empty where that is not known
 * @param reply what replies are made of; empty where that is not known
 */
public record ApiTypes(Optional<RequestType> request, Optional<ReplyType> reply) {
  /** The types of a query whose columns have no notes. */
  public static final ApiTypes UNKNOWN = new ApiTypes(Optional.empty(), Optional.empty());

  private static final String REQUEST = "sparkserving.request";
  private static final String REPLY = "sparkserving.reply";
  private static final String TYPE = "type";
  private static final String CHECKED = "checked";
  private static final String COMPLETE = "complete";
  private static final String MANY = "many";
  private static final String COLUMN = "column";

  /**
   * Reads the notes on the columns of a query's result: of the request on any column, of the reply
   * on the reply column.
   *
   * @param result the columns that the query writes
   * @param replyCol name of the reply column
   */
  public static ApiTypes of(StructType result, String replyCol) {
    return new ApiTypes(
        requestNote(result)
            .map(
                note ->
                    new RequestType(
                        DataType.fromJson(note.getString(TYPE)),
                        note.getBoolean(CHECKED),
                        note.getBoolean(COMPLETE),
                        note.contains(MANY) && note.getBoolean(MANY))),
        Arrays.stream(result.fields())
            .filter(field -> field.name().equals(replyCol))
            .flatMap(field -> note(field, REPLY).stream())
            .findFirst()
            .map(
                note ->
                    new ReplyType(
                        DataType.fromJson(note.getString(TYPE)), note.getString(COLUMN))));
  }

  /** Makes the metadata of a column that notes what requests are parsed to. */
  public static Metadata noted(RequestType request) {
    MetadataBuilder note =
        new MetadataBuilder()
            .putString(TYPE, request.type().json())
            .putBoolean(CHECKED, request.checked())
            .putBoolean(COMPLETE, request.complete());
    if (request.many()) {
      note.putBoolean(MANY, true);
    }
    return new MetadataBuilder().putMetadata(REQUEST, note.build()).build();
  }

  /**
   * Makes the metadata of a reply column.
   *
   * @param rows columns that the reply is added to, whose note of the request is repeated
   * @param reply what the reply is made of
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
