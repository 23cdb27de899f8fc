package io.sparkserving.columns;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import io.sparkserving.schema.FieldSource;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of JSON of CSV with a header line, as RFC 4180 has it. What is not of its field's
 * type stays a string, of which whoever reads the records may complain.
 */
final class CsvRecords {
  private static final int MOST_COLUMNS = 10_000;

  private CsvRecords() {}

  /**
   * Makes an array.
   *
   * @param most how many records to make; one more tells that there are too many
   * @return JSON; null if the text cannot be read as CSV
   */
  static @Nullable String json(String csv, StructType schema, int most) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.setHeaderExtractionEnabled(true);
    settings.setLineSeparatorDetectionEnabled(true);
    settings.setMaxCharsPerColumn(-1);
    settings.setMaxColumns(MOST_COLUMNS);
    settings.setEmptyValue("");
    CsvParser parser = new CsvParser(settings);
    try {
      parser.beginParsing(new StringReader(csv));
      List<String> records = new ArrayList<>();
      for (String[] row = parser.parseNext();
          row != null && records.size() <= most;
          row = parser.parseNext()) {
        records.add(record(parser.getContext().headers(), row, schema));
      }
      return "[" + String.join(",", records) + "]";
    } catch (TextParsingException e) {
      return null;
    } finally {
      parser.stopParsing();
    }
  }

  private static String record(
      String @Nullable [] names, @Nullable String[] row, StructType schema) {
    List<String> members = new ArrayList<>();
    for (int i = 0; names != null && i < Math.min(names.length, row.length); i++) {
      String name = names[i];
      String text = row[i];
      if (name != null && text != null && schema.getFieldIndex(name).isDefined()) {
        StructField field = schema.apply(name);
        String json =
            FieldSource.isPlain(field.dataType())
                ? FieldText.json(field.dataType(), List.of(text))
                : null;
        members.add(FieldText.string(name) + ":" + (json == null ? FieldText.string(text) : json));
      }
    }
    return "{" + String.join(",", members) + "}";
  }
}
