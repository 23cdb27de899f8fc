package io.sparkserving.task.source;

import io.sparkserving.options.ServiceConfiguration;
import java.io.Serializable;

/**
 * The columns of a source beyond {@code id} and {@code request}, in this order.
 *
 * @param timestamp whether rows have the arrival time
 * @param caller whether rows have the caller's name
 */
public record SourceColumns(boolean timestamp, boolean caller) implements Serializable {

  /** The columns that the options ask for. */
  public static SourceColumns of(ServiceConfiguration configuration) {
    return new SourceColumns(configuration.includeTimestamp(), configuration.includeCaller());
  }

  int count() {
    return 2 + (timestamp ? 1 : 0) + (caller ? 1 : 0);
  }
}
