package io.sparkserving.columns;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** The 400 for a body that does not parse: what was expected, what is wrong, what came. */
final class BadRequest {

  private static final int EXCERPT_LENGTH = 200;
  private static final int LIST_LENGTH = 500;
  private static final int NAME_LENGTH = 50;

  private BadRequest() {}

  static Column json(Column entity, Column text, DataType schema, Column missing) {
    JsonRoot root = JsonRoot.of(schema);
    Column wrong =
        unreadable(entity)
            .when(not(root.isRootOf(text)), lit("The body is not a JSON " + root.label() + "."))
            .otherwise(
                concat(
                    lit("Missing, or of another type: "),
                    substring(missing, 1, LIST_LENGTH),
                    lit(".")));
    String expected = "Expected a JSON " + root.label() + " of " + bounded(ddl(schema)) + ". ";
    return reply(concat(lit(expected), wrong, excerpt(text)));
  }

  static Column text(Column entity) {
    return reply(concat(lit("Expected text. "), unreadable(entity)));
  }

  private static Column unreadable(Column entity) {
    Column charset = substring(EntityText.charset(entity), 1, NAME_LENGTH);
    return when(entity.getField("content").isNull(), lit("The request has no body."))
        .when(
            EntityText.unsupportedCharset(entity),
            concat(lit("Unsupported charset '"), charset, lit("'.")));
  }

  private static Column excerpt(Column text) {
    return coalesce(
        when(
            text.notEqual(""),
            concat(lit(" The body starts with: "), substring(text, 1, EXCERPT_LENGTH))),
        lit(""));
  }

  private static Column reply(Column detail) {
    return ReplyColumns.of(ReplyContent.badRequest(detail), lit(400), lit("Bad Request"));
  }

  private static String ddl(DataType schema) {
    return schema instanceof StructType struct ? struct.toDDL() : schema.sql();
  }

  private static String bounded(String text) {
    return text.length() <= LIST_LENGTH ? text : text.substring(0, LIST_LENGTH) + "...";
  }
}
