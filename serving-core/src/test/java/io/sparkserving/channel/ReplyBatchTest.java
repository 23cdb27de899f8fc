package io.sparkserving.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ReplyPlace;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyBatchTest {
  private static final ReplyMessage REPLY =
      new ReplyMessage(201, List.of(new Header("X-Ä", "é"), new Header("X-Ä", "")), new byte[] {7});

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    ReplyBatch batch = new ReplyBatch();
    assertThat(batch.isEmpty()).isTrue();
    batch.add(new ReplyPlace(5, 1, 3, true), REPLY);
    batch.add(ReplyPlace.of(6), new ReplyMessage(200, List.of(), new byte[0]));
    List<ReplyBatch.Entry> entries = ReplyBatch.read(batch.toBytes());
    assertThat(entries)
        .extracting(ReplyBatch.Entry::place)
        .containsExactly(new ReplyPlace(5, 1, 3, true), ReplyPlace.of(6));
    assertThat(entries.get(0).reply().headers()).isEqualTo(REPLY.headers());
    assertThat(entries.get(0).reply().status()).isEqualTo(201);
    assertThat(entries.get(0).reply().body()).containsExactly(7);
    assertThat(entries.get(1).reply().body()).isEmpty();
  }

  @Test
  void whatIsCutShortOrOfAnotherVersionIsRefused() {
    ReplyBatch batch = new ReplyBatch();
    batch.add(new ReplyPlace(5, 1, 3, true), REPLY);
    byte[] whole = batch.toBytes();
    for (int length = 2; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatIOException().isThrownBy(() -> ReplyBatch.read(cut));
    }
    whole[0] = 9;
    assertThatIOException()
        .isThrownBy(() -> ReplyBatch.read(whole))
        .withMessageContaining("Unsupported version 9");
  }

  @Test
  void redeliveriesAreReadBack() throws IOException {
    Redelivery redelivery = new Redelivery(new LeaseKey(2, 9, 3), 1, 3);
    assertThat(Redelivery.read(redelivery.toBytes())).isEqualTo(redelivery);
    assertThat(Redelivery.readIds(Redelivery.idsToBytes(List.of()))).isEmpty();
  }
}
