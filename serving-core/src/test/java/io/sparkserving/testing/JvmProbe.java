package io.sparkserving.testing;

import io.sparkserving.exchange.LocalServices;
import io.sparkserving.exchange.Service;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The probe of the JVM that it is in. A service counts from when it was first asked for. */
final class JvmProbe implements ServiceProbe {

  private final Map<String, Service> seen = new ConcurrentHashMap<>();

  @Override
  public ServiceState state(String name) {
    LocalServices.all().stream()
        .filter(service -> service.configuration().name().equals(name))
        .findFirst()
        .ifPresent(service -> seen.put(name, service));
    Service service = seen.get(name);
    return service == null ? null : ServiceState.of(service);
  }
}
