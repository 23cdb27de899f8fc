package io.sparkserving.task.reply;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.schema.ServingSchemas;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Reads a reply from the two forms in which Spark gives a struct of {@code REPLY}. */
public final class ReplyRows {
  private static final int HEADERS = ServingSchemas.REPLY.fieldIndex("headers");
  private static final int ENTITY = ServingSchemas.REPLY.fieldIndex("entity");
  private static final int STATUS_LINE = ServingSchemas.REPLY.fieldIndex("statusLine");
  private static final int CONTENT = ServingSchemas.ENTITY.fieldIndex("content");
  private static final int CONTENT_ENCODING = ServingSchemas.ENTITY.fieldIndex("contentEncoding");
  private static final int CONTENT_TYPE = ServingSchemas.ENTITY.fieldIndex("contentType");
  private static final int STATUS_CODE = ServingSchemas.STATUS_LINE.fieldIndex("statusCode");
  private static final int REPLY_FIELDS = ServingSchemas.REPLY.size();
  private static final int ENTITY_FIELDS = ServingSchemas.ENTITY.size();
  private static final int STATUS_LINE_FIELDS = ServingSchemas.STATUS_LINE.size();
  private static final int HEADER_FIELDS = ServingSchemas.HEADER.size();

  private ReplyRows() {}

  /** Number of fields of a reply struct, as {@link InternalRow#getStruct} wants to know. */
  public static int fieldCount() {
    return REPLY_FIELDS;
  }

  /** Reads a reply in Spark's internal form. The message shares nothing with the row. */
  public static ReplyMessage toMessage(InternalRow reply) {
    ReplyParts parts = new ReplyParts();
    if (!reply.isNullAt(STATUS_LINE)) {
      InternalRow statusLine = reply.getStruct(STATUS_LINE, STATUS_LINE_FIELDS);
      if (!statusLine.isNullAt(STATUS_CODE)) {
        parts.status(statusLine.getInt(STATUS_CODE));
      }
    }
    if (!reply.isNullAt(HEADERS)) {
      ArrayData headers = reply.getArray(HEADERS);
      for (int i = 0; i < headers.numElements(); i++) {
        if (!headers.isNullAt(i)) {
          InternalRow header = headers.getStruct(i, HEADER_FIELDS);
          parts.header(text(header, 0), text(header, 1));
        }
      }
    }
    if (!reply.isNullAt(ENTITY)) {
      InternalRow entity = reply.getStruct(ENTITY, ENTITY_FIELDS);
      addEntityHeader(parts, entity, CONTENT_TYPE);
      addEntityHeader(parts, entity, CONTENT_ENCODING);
      parts.content(entity.isNullAt(CONTENT) ? null : entity.getBinary(CONTENT));
    }
    return parts.toMessage();
  }

  private static void addEntityHeader(ReplyParts parts, InternalRow entity, int ordinal) {
    if (!entity.isNullAt(ordinal)) {
      InternalRow header = entity.getStruct(ordinal, HEADER_FIELDS);
      parts.entityHeader(text(header, 0), text(header, 1));
    }
  }

  private static @Nullable String text(InternalRow header, int ordinal) {
    if (header.isNullAt(ordinal)) {
      return null;
    }
    UTF8String text = header.getUTF8String(ordinal);
    return new String(text.getBytes(), StandardCharsets.UTF_8);
  }

  /** Reads a reply in the form in which functions get a struct. */
  public static ReplyMessage toMessage(Row reply) {
    ReplyParts parts = new ReplyParts();
    Row statusLine = reply.getStruct(STATUS_LINE);
    if (statusLine != null && !statusLine.isNullAt(STATUS_CODE)) {
      parts.status(statusLine.getInt(STATUS_CODE));
    }
    if (!reply.isNullAt(HEADERS)) {
      List<Row> headers = reply.getList(HEADERS);
      for (Row header : headers) {
        if (header != null) {
          parts.header(header.getString(0), header.getString(1));
        }
      }
    }
    Row entity = reply.getStruct(ENTITY);
    if (entity != null) {
      addEntityHeader(parts, entity.getStruct(CONTENT_TYPE));
      addEntityHeader(parts, entity.getStruct(CONTENT_ENCODING));
      parts.content(entity.getAs(CONTENT));
    }
    return parts.toMessage();
  }

  private static void addEntityHeader(ReplyParts parts, @Nullable Row header) {
    if (header != null) {
      parts.entityHeader(header.getString(0), header.getString(1));
    }
  }
}
