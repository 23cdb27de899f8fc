package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
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
    List<ServiceState> found = new ArrayList<>();
    askAll(
        probe -> {
          ServiceState state = probe.state(service);
          if (state != null) {
            found.add(state);
          }
        });
    assertThat(found).as("servers of %s", service).isNotEmpty();
    return found.stream().reduce(new ServiceState(0, 0, 0), ServiceState::plus);
  }

  /** Captures what all JVMs log, by these loggers from a level on. */
  static Logs logs(Map<String, Level> loggers) {
    loggers.forEach((logger, level) -> askAll(probe -> probe.captureLogs(logger, level.name())));
    return new Logs();
  }

  /** Logs of all JVMs. Closing it lets loggers print again. */
  static final class Logs implements AutoCloseable {
    private Logs() {}

    /** The messages so far. */
    List<String> lines() {
      List<String> all = new ArrayList<>();
      askAll(probe -> all.addAll(probe.capturedLogs()));
      return all;
    }

    @Override
    public void close() {
      askAll(ServiceProbe::releaseLogs);
    }
  }

  private interface Question {
    void ask(ServiceProbe probe) throws RemoteException;
  }

  private static void askAll(Question question) {
    for (ServiceProbe probe : ALL) {
      try {
        question.ask(probe);
      } catch (RemoteException e) {
        throw new IllegalStateException("Cannot ask an executor", e);
      }
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

      /** Executors end with their Spark, and another one may follow in this JVM. */
      @Override
      public void shutdown() {
        ALL.removeIf(probe -> !(probe instanceof JvmProbe));
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
