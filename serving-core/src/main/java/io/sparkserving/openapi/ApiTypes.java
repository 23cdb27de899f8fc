package io.sparkserving.openapi;

import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a query says of its requests and replies. It travels from {@code parseRequest} and {@code
 * makeReply} to the sink as metadata of the columns that every query keeps: that of the id says
 * what requests are parsed to, that of the reply what it was made of. Columns that were computed
 * anew, such as {@code first(id)}, say nothing.
 *
 * @param request empty where it is not known
 * @param reply empty where it is not known
 */
public record ApiTypes(Optional<RequestType> request, Optional<ReplyType> reply) {
  /** Of a query that says nothing. */
  public static final ApiTypes UNKNOWN = new ApiTypes(Optional.empty(), Optional.empty());

  private static final String KEY = "sparkserving";
  private static final String TYPE = "type";
  private static final String CHECKED = "checked";
  private static final String COMPLETE = "complete";
  private static final String COLUMN = "column";

  /** What the id and reply columns of a query's result say. */
  public static ApiTypes of(StructType result, String idCol, String replyCol) {
    return new ApiTypes(
        noted(result, idCol)
            .filter(note -> note.contains(CHECKED))
            .map(
                note ->
                    new RequestType(
                        DataType.fromJson(note.getString(TYPE)),
                        note.getBoolean(CHECKED),
                        note.getBoolean(COMPLETE))),
        noted(result, replyCol)
            .filter(note -> note.contains(COLUMN))
            .map(
                note ->
                    new ReplyType(
                        DataType.fromJson(note.getString(TYPE)), note.getString(COLUMN))));
  }

  /** Metadata for the id column, along with what it has. */
  public static Metadata noted(RequestType request, Metadata present) {
    return noted(
        present,
        new MetadataBuilder()
            .putString(TYPE, request.type().json())
            .putBoolean(CHECKED, request.checked())
            .putBoolean(COMPLETE, request.complete()));
  }

  /** Metadata for the reply column. */
  public static Metadata noted(ReplyType reply) {
    return noted(
        Metadata.empty(),
        new MetadataBuilder()
            .putString(TYPE, reply.type().json())
            .putString(COLUMN, reply.column()));
  }

  private static Metadata noted(Metadata present, MetadataBuilder note) {
    return new MetadataBuilder().withMetadata(present).putMetadata(KEY, note.build()).build();
  }

  private static Optional<Metadata> noted(StructType result, String column) {
    for (StructField field : result.fields()) {
      if (field.name().equals(column) && field.metadata().contains(KEY)) {
        return Optional.of(field.metadata().getMetadata(KEY));
      }
    }
    return Optional.empty();
  }
}
