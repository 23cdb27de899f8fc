package io.sparkserving.testing;

import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.ServerExchanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;

/** The probe of the JVM that it is in. A service counts from when it was first asked for. */
final class JvmProbe implements ServiceProbe {

  private final Map<String, ServerExchanges> seen = new ConcurrentHashMap<>();
  private final List<LogCapture> captures = new CopyOnWriteArrayList<>();

  @Override
  public ServiceState state(String name) {
    LocalServers.all().stream()
        .filter(service -> service.configuration().name().equals(name))
        .findFirst()
        .ifPresent(service -> seen.put(name, service));
    ServerExchanges service = seen.get(name);
    return service == null ? null : ServiceState.of(service);
  }

  @Override
  public void captureLogs(String logger, String level) {
    captures.add(LogCapture.silencing(logger, Level.valueOf(level)));
  }

  @Override
  public List<String> capturedLogs() {
    // A list of the JDK's own, as it crosses to another JVM.
    return new ArrayList<>(captures.stream().flatMap(each -> each.lines().stream()).toList());
  }

  @Override
  public void releaseLogs() {
    captures.forEach(LogCapture::close);
    captures.clear();
  }
}
