package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnbrokenTaskTest {

  @Test
  void aScheduleOutlivesWhateverItsTaskThrows() throws Exception {
    CountDownLatch runs = new CountDownLatch(3);
    ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    try {
      thread.scheduleWithFixedDelay(
          new UnbrokenTask(
              "look",
              () -> {
                runs.countDown();
                if (runs.getCount() == 2) {
                  throw new NoClassDefFoundError("no descriptor left");
                }
                throw new IllegalStateException("Spark has stopped");
              }),
          0,
          1,
          TimeUnit.MILLISECONDS);
      assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      thread.shutdownNow();
    }
  }
}
