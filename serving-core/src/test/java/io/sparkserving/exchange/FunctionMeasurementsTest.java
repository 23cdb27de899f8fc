package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FunctionMeasurementsTest {
  private final FunctionMeasurements function = new FunctionMeasurements();

  @Test
  void batchesAreCountedByRowsAndByTime() {
    function.noteBatch(1, TimeUnit.MICROSECONDS.toNanos(50));
    function.noteBatch(2, TimeUnit.MILLISECONDS.toNanos(1));
    function.noteBatch(3, TimeUnit.MILLISECONDS.toNanos(1));
    function.noteBatch(4097, TimeUnit.MINUTES.toNanos(2));
    SizeHistogram rows = function.batchRows();
    assertThat(rows.count()).isEqualTo(4);
    assertThat(rows.total()).isEqualTo(4103);
    assertThat(rows.counts())
        .startsWith(1, 1, 1, 0)
        .endsWith(0, 1)
        .hasSameSizeAs(SizeHistogram.ends());
    assertThat(SizeHistogram.ends()).startsWith(1, 2, 4).endsWith(4096, Double.POSITIVE_INFINITY);
    assertThat(function.time().counts()).startsWith(1, 0, 0, 2).endsWith(1);
    assertThat(function.time().totalSeconds()).isEqualTo(120.00205);
  }

  @Test
  void kindsOfErrorsBeyondTwentyAreCountedTogether() {
    IntStream.range(0, 25).forEach(i -> function.noteError("Error" + i));
    function.noteError("Error0");
    function.noteError("Error24");
    assertThat(function.errorKinds()).hasSize(21).contains("Error19", FunctionMeasurements.OTHER);
    assertThat(function.errors("Error0")).isEqualTo(2);
    assertThat(function.errors("Error24")).isZero();
    assertThat(function.errors(FunctionMeasurements.OTHER)).isEqualTo(6);
  }

  @Test
  void rowsThatWaitAreThoseOfAllStages() {
    IntSupplier one = () -> 3;
    IntSupplier other = () -> 4;
    function.addWaiting(one);
    function.addWaiting(other);
    assertThat(function.waitingRows()).isEqualTo(7);
    function.removeWaiting(one);
    assertThat(function.waitingRows()).isEqualTo(4);
  }

  @Test
  void aServerIsFoundForRowsOfItsServiceOnly() {
    ServerExchanges server = ExchangesFixture.of(Map.of("name", "api-2")).exchanges;
    LocalServers.add(server);
    try {
      assertThat(LocalServers.findOfService(server.serverId())).isSameAs(server);
      assertThat(LocalServers.findOfService("api-2-0123456789abcdef")).isSameAs(server);
      assertThat(LocalServers.findOfService("api-0123456789abcdef")).isNull();
      assertThat(LocalServers.findOfService("api-2-3-0123456789abcdef")).isNull();
      assertThat(LocalServers.findOfService("api")).isNull();
    } finally {
      LocalServers.remove(server);
    }
  }
}
