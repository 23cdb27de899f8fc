package io.sparkserving.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.functions.batch.Outcome;
import io.sparkserving.options.ServiceConfiguration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StageMeasurementsTest {
  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final List<ServerExchanges> servers = new ArrayList<>();
  private final List<FunctionMeasurements> told = new ArrayList<>();
  private final StageMeasurements stage =
      new StageMeasurements("score", new RowShape(1, 0), new TellingRunner(told), () -> 5);

  @AfterEach
  void close() {
    servers.forEach(LocalServers::remove);
    timer.stop();
  }

  @Test
  void aBatchIsMeasuredWhereItsRequestsAre() {
    ServerExchanges one = server("one", Map.of());
    ServerExchanges two = server("two", Map.of());
    stage.sending(List.of(row(one.serverId()), row(two.serverId())));
    assertThat(stage.current()).isSameAs(score(one));
    assertThat(score(one).waitingRows()).isEqualTo(5);
    stage.sending(List.of(row(two.serverId())));
    assertThat(stage.current()).isSameAs(score(two));
    assertThat(score(one).waitingRows()).isZero();
    assertThat(score(two).waitingRows()).isEqualTo(5);
    assertThat(told).containsExactly(score(one), score(two));
    stage.end();
    assertThat(score(two).waitingRows()).isZero();
  }

  @Test
  void rowsOfAServerElsewhereAreMeasuredAtTheOneOfTheSameServiceThatIsHere() {
    ServerExchanges here = server("one", Map.of());
    stage.sending(List.of(row("one-0123456789abcdef")));
    assertThat(stage.current()).isSameAs(score(here));
  }

  @Test
  void nothingIsMeasuredWithoutAServerOrWithoutMetrics() {
    ServerExchanges silent = server("silent", Map.of("metrics", "false"));
    stage.sending(List.of(row(null)));
    assertThat(stage.current()).isNull();
    stage.sending(List.of(row("elsewhere-0123456789abcdef")));
    assertThat(stage.current()).isNull();
    stage.sending(List.of(row(silent.serverId())));
    assertThat(stage.current()).isNull();
    stage.end();
    assertThat(told).isEmpty();
  }

  private ServerExchanges server(String name, Map<String, String> options) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(Map.of("port", "0", "path", "api", "name", name));
    all.putAll(options);
    ServerExchanges server =
        new ServerExchanges(
            ServiceConfiguration.parse(all), timer, InstantSource.system(), NanoClock.SYSTEM);
    servers.add(server);
    LocalServers.add(server);
    return server;
  }

  private static FunctionMeasurements score(ServerExchanges server) {
    return Objects.requireNonNull(server.measurements()).function("score");
  }

  private static Row row(@Nullable String server) {
    return RowFactory.create(RowFactory.create(server, "1", 0), RowFactory.create(1.0));
  }

  private record TellingRunner(List<FunctionMeasurements> told) implements BatchRunner {
    @Override
    public void send(List<Row> arguments) {}

    @Override
    public List<Outcome> receive() {
      return List.of();
    }

    @Override
    public void noteWorkers(FunctionMeasurements measurements) {
      told.add(measurements);
    }

    @Override
    public void close() {}
  }
}
