package io.sparkserving.driver;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ApiTypes;

/**
 * The OpenAPI document of a service, on the driver. All threads may call all methods; none waits.
 */
public final class ApiDescription {
  private final ServiceConfiguration configuration;
  private volatile ApiTypes types = ApiTypes.UNKNOWN;

  public ApiDescription(ServiceConfiguration configuration) {
    this.configuration = configuration;
  }

  /** From now on a query with these types is what the service does. */
  public void describe(ApiTypes ofQuery) {
    types = ofQuery;
  }

  /** The document, as JSON in UTF-8. */
  public byte[] document() {
    return DriverOperations.require("option openapi").document(configuration, types);
  }
}
