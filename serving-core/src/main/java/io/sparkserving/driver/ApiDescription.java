package io.sparkserving.driver;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ApiTypes;

/** Describes the API of a service, on the driver. All threads may call all methods; none waits. */
public final class ApiDescription {
  private final ServiceConfiguration configuration;
  private volatile ApiTypes types = ApiTypes.UNKNOWN;

  public ApiDescription(ServiceConfiguration configuration) {
    this.configuration = configuration;
  }

  /** Tells what the service does from now on: a query with these types of requests and replies. */
  public void describe(ApiTypes ofQuery) {
    types = ofQuery;
  }

  /**
   * The OpenAPI document, as JSON in UTF-8.
   *
   * @throws IllegalStateException if serving-operations is not on the class path
   */
  public byte[] document() {
    return DriverOperations.require("option openapi").document(configuration, types);
  }
}
