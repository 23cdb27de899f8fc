package io.sparkserving.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ShuffleCoresTest {
  private final TurnedClock clock = new TurnedClock();
  private final AtomicInteger looks = new AtomicInteger();
  private final SparkConf local = new SparkConf(false).set("spark.master", "local[2]");
  private final SparkConf cluster = new SparkConf(false).set("spark.master", "spark://there:7077");

  @Test
  void aQueryWithFewerCoresThanTasksSaysWhatItTakes() {
    assertThatIllegalStateException()
        .isThrownBy(() -> cores(2).await(1, 200, local))
        .withMessageContaining("service 'api'")
        .withMessageContaining("1 that read requests (option numPartitions)")
        .withMessageContaining("200 behind shuffles (spark.sql.shuffle.partitions)")
        .withMessageContaining("takes 201 cores, and there are 2");
  }

  @Test
  void asManyCoresAsTasksWillDo() {
    assertThatCode(() -> cores(2).await(1, 1, local)).doesNotThrowAnyException();
  }

  @Test
  void whoKeepsCoresByOtherMeansIsWarnedOnly() {
    SparkConf unchecked =
        local.clone().set("spark.scheduler.pipelinedGroup.slotCheck.enabled", "false");

    assertThatCode(() -> cores(2).await(2, 2, unchecked)).doesNotThrowAnyException();
  }

  @Test
  void executorsMayComeForAsLongAsSparkWaitsForThem() {
    ShuffleCores coming =
        new ShuffleCores("api", () -> looks.incrementAndGet() > 20 ? 4 : 0, clock);

    assertThatCode(() -> coming.await(2, 2, cluster)).doesNotThrowAnyException();
    assertThat(looks).hasValue(21);
  }

  @Test
  void noExecutorIsWaitedForForEver() {
    long begun = clock.nanoTime();

    assertThatIllegalStateException()
        .isThrownBy(() -> cores(3).await(2, 2, cluster))
        .withMessageContaining("takes 4 cores, and there are 3");
    assertThat(Duration.ofNanos(clock.nanoTime() - begun)).isEqualTo(Duration.ofSeconds(30));
  }

  private ShuffleCores cores(int number) {
    return new ShuffleCores("api", () -> number, clock);
  }
}
