package io.sparkserving.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.exchange.Header;
import io.sparkserving.functions.batch.Failure;
import io.sparkserving.functions.batch.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResultReaderTest {
  private final ByteBuffer payload = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
  private final ResultReader reader = new ResultReader(DataTypes.LongType, true);

  private void text(@Nullable String text) {
    if (text == null) {
      payload.putInt(-1);
    } else {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      payload.putInt(bytes.length).put(bytes);
    }
  }

  private void twoRowsOfWhichTheSecondFailed() {
    payload.putInt(2).putInt(1).putLong(77);
    payload.putInt(1).putShort((short) 422).putShort((short) 1);
    text("HttpError");
    text("tü big");
    payload.putInt(1);
    text("X-Why");
    text("so");
    payload.position((payload.position() + 7) & ~7);
    payload.putLong(1).putLong(1).putLong(5).putLong(0);
    payload.flip();
  }

  @Test
  void valuesAndFailuresAreInTheOrderOfTheirRows() throws IOException {
    twoRowsOfWhichTheSecondFailed();
    ResultReader.Result result = reader.read(payload, 2);
    Failure failure = new Failure(422, "HttpError", "tü big", List.of(new Header("X-Why", "so")));
    assertThat(result.outcomes()).containsExactly(Outcome.of(5L), Outcome.failed(failure));
    assertThat(result.functionNanos()).isEqualTo(77);
  }

  @Test
  void aResultOfOtherRowsIsInvalid() {
    twoRowsOfWhichTheSecondFailed();
    assertThatThrownBy(() -> reader.read(payload, 3)).isInstanceOf(IOException.class);
  }

  @Test
  void aResultThatIsCutShortIsInvalidWhereverThatIs() {
    twoRowsOfWhichTheSecondFailed();
    int whole = payload.limit();
    for (int end = 0; end < whole; end++) {
      ByteBuffer cut = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN).limit(end);
      assertThatThrownBy(() -> reader.read(cut, 2)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void bytesOfAnyKindAreAResultOrInvalid() {
    Random random = new Random(1);
    ResultReader all = new ResultReader(SampleValues.type(), true);
    byte[] bytes = new byte[4096];
    for (int i = 0; i < 2000; i++) {
      random.nextBytes(bytes);
      ByteBuffer garbage = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      garbage.putInt(0, 3).putInt(4, 0).putLong(16, 0);
      assertThatThrownBy(() -> all.read(garbage, 3)).isInstanceOf(IOException.class);
    }
  }
}
