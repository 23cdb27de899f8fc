package io.sparkserving.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.ServiceInfo;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.routing.ServiceEndpoint;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceRegistryTest {

  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final ServiceRegistry registry = new ServiceRegistry(timer, InstantSource.system());
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch mayClose = new CountDownLatch(1);

  @AfterEach
  void stopTimer() {
    timer.stop();
  }

  @Test
  void aServiceThatIsSlowToCloseHoldsUpNoOther() throws Exception {
    RunningService slow = attach("slow");
    RunningService other = attach("other");
    CompletableFuture<Void> detached = CompletableFuture.runAsync(() -> registry.detach(slow));
    assertThat(closing.await(10, TimeUnit.SECONDS)).isTrue();

    // As the other's batches do.
    CompletableFuture<List<RunningService>> served =
        CompletableFuture.supplyAsync(
            () -> {
              registry.settle("other", "query of other");
              return registry.servedBy("query of other");
            });

    assertThat(served).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of(other));
    assertThat(detached).isNotDone();
    mayClose.countDown();
    assertThat(detached).succeedsWithin(Duration.ofSeconds(10));
    assertThat(registry.running()).containsExactly(other);
  }

  private RunningService attach(String name) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(Map.of("port", "0", "path", name));
    return registry.attach(
        ServiceConfiguration.parse(options),
        (configuration, timers, clock) -> new SlowService(configuration),
        "query of " + name);
  }

  private final class SlowService extends RunningService {
    SlowService(ServiceConfiguration configuration) {
      super(configuration);
    }

    @Override
    public List<ServiceInfo> servers() {
      return List.of();
    }

    @Override
    public List<ServiceEndpoint> endpoints() {
      return List.of();
    }

    @Override
    public void settle() {}

    @Override
    protected void close() {
      closing.countDown();
      try {
        mayClose.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
