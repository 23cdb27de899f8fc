package io.sparkserving.task.source;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ServingSchemas;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of a serving source. */
public final class SourceSchema {
  private static final StructType REQUESTS =
      new StructType().add("id", ServingSchemas.ID).add("request", ServingSchemas.REQUEST);
  private static final StructType TIMESTAMPED = REQUESTS.add("timestamp", DataTypes.TimestampType);

  private SourceSchema() {}

  /** Columns {@code id}, {@code request}, and {@code timestamp} if the options ask for it. */
  public static StructType of(ServiceConfiguration configuration) {
    return configuration.includeTimestamp() ? TIMESTAMPED : REQUESTS;
  }
}
