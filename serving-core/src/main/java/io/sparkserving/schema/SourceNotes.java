package io.sparkserving.schema;

import java.io.Serializable;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a source says of itself to who parses its requests, as metadata of the column {@code
 * request}.
 *
 * @param mapsOnly whether the source may be read without batches, where Spark refuses to make
 *     several rows of one but by functions over partitions
 * @param path of the service, such as {@code v1/users/{user}}; empty if it has no parameters
 * @param protocol of the service; empty if bodies are what the query makes of them
 */
public record SourceNotes(boolean mapsOnly, String path, String protocol) implements Serializable {
  private static final String SOURCE = "sparkserving.source";
  private static final String MAPS_ONLY = "mapsOnly";
  private static final String PATH = "path";
  private static final String PROTOCOL = "protocol";

  /** Reads the notes of a column. */
  public static SourceNotes of(StructField request) {
    if (!request.metadata().contains(SOURCE)) {
      return new SourceNotes(false, "", "");
    }
    Metadata notes = request.metadata().getMetadata(SOURCE);
    return new SourceNotes(
        notes.getBoolean(MAPS_ONLY), notes.getString(PATH), notes.getString(PROTOCOL));
  }

  /** Returns the columns with these notes on one of them. */
  public StructType on(StructType columns, String request) {
    if (equals(new SourceNotes(false, "", ""))) {
      return columns;
    }
    StructField[] noted = columns.fields().clone();
    int index = columns.fieldIndex(request);
    StructField plain = noted[index];
    noted[index] =
        new StructField(plain.name(), plain.dataType(), plain.nullable(), metadata(plain));
    return new StructType(noted);
  }

  private Metadata metadata(StructField plain) {
    Metadata note =
        new MetadataBuilder()
            .putBoolean(MAPS_ONLY, mapsOnly)
            .putString(PATH, path)
            .putString(PROTOCOL, protocol)
            .build();
    return new MetadataBuilder().withMetadata(plain.metadata()).putMetadata(SOURCE, note).build();
  }
}
