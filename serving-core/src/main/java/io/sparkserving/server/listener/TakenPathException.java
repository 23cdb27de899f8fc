package io.sparkserving.server.listener;

import io.sparkserving.options.ServiceConfiguration;

/** A service of this JVM has the path of another one at a port. */
final class TakenPathException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final boolean isBySameService;

  TakenPathException(ServiceConfiguration wanted, int port, ServiceConfiguration there) {
    super(
        "Cannot serve '%s' at %s:%d/%s: service '%s' is there already."
            .formatted(wanted.name(), wanted.host(), port, wanted.path(), there.name()));
    isBySameService = wanted.name().equals(there.name());
  }

  /** Whether it is another server of the service that wants the path. */
  boolean isBySameService() {
    return isBySameService;
  }
}
