package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.rmi.RemoteException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Probes of this JVM and, where Spark has this as a plugin, of its executors, which tell the driver
 * of theirs when they start.
 */
public final class Probes implements SparkPlugin {

  private static final List<ServiceProbe> ALL = new CopyOnWriteArrayList<>(List.of(new JvmProbe()));

  /** The state of all servers of a service, wherever they are. */
  static ServiceState state(String service) {
    List<ServiceState> found =
        ALL.stream().map(probe -> ask(probe, service)).filter(Objects::nonNull).toList();
    assertThat(found).as("servers of %s", service).isNotEmpty();
    return found.stream().reduce(new ServiceState(0, 0, 0), ServiceState::plus);
  }

  private static ServiceState ask(ServiceProbe probe, String service) {
    try {
      return probe.state(service);
    } catch (RemoteException e) {
      throw new IllegalStateException("Cannot ask an executor for its services", e);
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Object receive(Object message) {
        ALL.add((ServiceProbe) message);
        return "thanks";
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extraConf) {
        try {
          context.ask(LoopbackRemote.export(new JvmProbe()));
        } catch (Exception e) {
          throw new IllegalStateException("Cannot tell the driver of a probe", e);
        }
      }
    };
  }
}
