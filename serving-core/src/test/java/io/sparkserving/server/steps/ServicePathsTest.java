package io.sparkserving.server.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ServicePathsTest {
  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final ServicePaths paths = new ServicePaths(new Server());

  @AfterEach
  void stopTimer() {
    timer.stop();
  }

  private ServerExchanges add(String path) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(Map.of("port", "0", "path", path));
    ServerExchanges exchanges =
        new ServerExchanges(
            ServiceConfiguration.parse(options), timer, InstantSource.system(), NanoClock.SYSTEM);
    assertThat(paths.putIfAbsent(exchanges)).isNull();
    return exchanges;
  }

  private @Nullable ServerExchanges find(String path) {
    ServiceRoute route = paths.find(path);
    return route == null ? null : route.exchanges();
  }

  @Test
  void theLongestPathThatARequestLiesBelowWins() {
    ServerExchanges outer = add("api");
    ServerExchanges inner = add("api/v1/inner");
    assertThat(find("/api")).isSameAs(outer);
    assertThat(find("/api/")).isSameAs(outer);
    assertThat(find("/api/v1")).isSameAs(outer);
    assertThat(find("/api/v1/innermost")).isSameAs(outer);
    assertThat(find("/api/v1/inner")).isSameAs(inner);
    assertThat(find("/api/v1/inner/")).isSameAs(inner);
    assertThat(find("/api/v1/inner/and/more/that/is/long")).isSameAs(inner);
    assertThat(find("/api///")).isSameAs(outer);
    assertThat(find("/apis")).isNull();
    assertThat(find("/apis/that/are/long/enough")).isNull();
    assertThat(find("/")).isNull();
    assertThat(find("")).isNull();
    assertThat(find("//api")).isNull();
    assertThat(find("*")).isNull();

    paths.remove(inner);
    assertThat(find("/api/v1/inner")).isSameAs(outer);
  }

  @Test
  void parametersStandForOneSegment() {
    ServerExchanges users = add("v1/users");
    ServerExchanges score = add("v1/users/{user}/score");
    ServerExchanges anything = add("v1/{kind}");
    ServerExchanges me = add("v1/users/me/score");
    assertThat(find("/v1/users/ann/score")).isSameAs(score);
    assertThat(find("/v1/users/{user}/score")).isSameAs(score);
    assertThat(find("/v1/users/ann/score/below/it")).isSameAs(score);
    assertThat(find("/v1/users/me/score")).isSameAs(me);
    assertThat(find("/v1/users/ann/scores")).isSameAs(users);
    assertThat(find("/v1/users//score")).isSameAs(users);
    assertThat(find("/v1/users/ann")).isSameAs(users);
    assertThat(find("/v1/things")).isSameAs(anything);
    assertThat(find("/v1/things/below")).isSameAs(anything);
    assertThat(find("/v1")).isNull();
    assertThat(find("/v1/")).isNull();

    paths.remove(score);
    assertThat(find("/v1/users/ann/score")).isSameAs(users);
  }

  @Test
  void namesOfParametersDoNotTellPathsApart() {
    ServerExchanges one = add("v1/{one}");
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(Map.of("port", "0", "path", "v1/{other}"));
    ServiceConfiguration other = ServiceConfiguration.parse(options);
    assertThat(other.name()).isEqualTo("v1/other");
    ServerExchanges second =
        new ServerExchanges(other, timer, InstantSource.system(), NanoClock.SYSTEM);
    assertThat(paths.putIfAbsent(second)).isSameAs(one);
  }

  @Test
  void aServiceAtRootGetsTheRest() {
    ServerExchanges root = add("/");
    ServerExchanges inner = add("api");
    ServerExchanges metrics = add("metrics/of/mine");
    assertThat(find("/")).isSameAs(root);
    assertThat(find("//api")).isSameAs(root);
    assertThat(find("/apis/that/are/long/enough")).isSameAs(root);
    assertThat(find("/api/below")).isSameAs(inner);
    assertThat(find("/metrics/of/mine/x")).isSameAs(metrics);
    assertThat(find("/metrics/of")).isSameAs(root);
    for (String path : List.of("/livez", "/readyz", "/metrics", "/_serving", "/_serving/x", "*")) {
      assertThat(find(path)).as(path).isNull();
    }

    paths.remove(root);
    assertThat(find("/")).isNull();
  }

  /** It would take hours if each character were looked at for each slash. */
  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPathOfNothingButSlashesCostsNoMoreThanAnother() {
    ServerExchanges service = add("api");
    String slashes = "/".repeat(16 << 10);
    for (int i = 0; i < 100_000; i++) {
      assertThat(find(slashes)).isNull();
      assertThat(find("/api" + slashes)).isSameAs(service);
    }
  }
}
