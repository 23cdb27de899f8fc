package io.sparkserving.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

  @Test
  void aFunctionThatTakesAsLongForManyAsForOneGetsAllThatItMayHave() {
    for (long millis : new long[] {1, 20, 500, 5_000}) {
      assertThat(limitOf(1024, rows -> millis)).as("%d ms", millis).isEqualTo(1024);
    }
  }

  @Test
  void aFunctionThatTakesItsTimeForEachRowGetsWhatItAnswersSoon() {
    assertThat(limitOf(1024, rows -> 20L * rows)).isEqualTo(5);
    assertThat(limitOf(1024, rows -> 300L * rows)).isEqualTo(3);
    assertThat(limitOf(1024, rows -> 10_000L * rows)).isEqualTo(3);
  }

  @Test
  void aFunctionThatHasBecomeQuickGetsMoreAgain() {
    BatchSize size = new BatchSize(1024);
    fill(size, rows -> 100L * rows);
    assertThat(size.limit()).isLessThan(8);
    fill(size, rows -> rows / 100);
    assertThat(size.limit()).isEqualTo(1024);
  }

  @Test
  void noBatchIsLargerThanAskedFor() {
    assertThat(limitOf(7, rows -> 1)).isEqualTo(7);
    assertThat(limitOf(1, rows -> 5_000)).isEqualTo(1);
  }

  @Test
  void aBatchThatWasNotFullTellsNothingOfLargerOnes() {
    BatchSize size = new BatchSize(1024);
    int before = size.limit();
    size.note(1, 1);
    assertThat(size.limit()).isEqualTo(before);
  }

  private static int limitOf(int most, IntToLongFunction millis) {
    BatchSize size = new BatchSize(most);
    fill(size, millis);
    return size.limit();
  }

  /** Batches as large as they may be. */
  private static void fill(BatchSize size, IntToLongFunction millis) {
    for (int i = 0; i < 50; i++) {
      size.note(size.limit(), TimeUnit.MILLISECONDS.toNanos(millis.applyAsLong(size.limit())));
    }
  }
}
