package io.sparkserving.task.source;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ServingSchemas;
import io.sparkserving.schema.SourceNotes;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of a serving source. */
public final class SourceSchema {
  private static final StructType REQUESTS =
      new StructType().add("id", ServingSchemas.ID).add("request", ServingSchemas.REQUEST);

  private SourceSchema() {}

  /** Columns {@code id}, {@code request}, and those beyond that the options ask for. */
  public static StructType of(ServiceConfiguration configuration, SourceNotes notes) {
    return notes.on(of(configuration), "request");
  }

  /** The same, without notes. */
  public static StructType of(ServiceConfiguration configuration) {
    SourceColumns columns = SourceColumns.of(configuration);
    StructType schema = REQUESTS;
    if (columns.timestamp()) {
      schema = schema.add("timestamp", DataTypes.TimestampType);
    }
    return columns.caller() ? schema.add("caller", DataTypes.StringType) : schema;
  }
}
