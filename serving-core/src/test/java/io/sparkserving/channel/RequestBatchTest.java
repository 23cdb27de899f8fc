package io.sparkserving.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.options.ServiceConfiguration;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RequestBatchTest {
  private static final RequestMessage FULL =
      new RequestMessage(
          "POST",
          "/ä?b=%20",
          1,
          1,
          List.of(new Header("X-Ä", "é"), new Header("X-Ä", "")),
          new byte[] {7, -1},
          true,
          "somebody");
  private static final RequestMessage EMPTY =
      new RequestMessage("GET", "/", 2, 0, List.of(), null, false);

  private record Delivered(long id, long arrivalMicros, RequestMessage message) {}

  /** As a server has them. */
  private static List<Exchange> exchanges() {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(Map.of("port", "0", "path", "api"));
    ServerExchanges server =
        new ServerExchanges(
            ServiceConfiguration.parse(options),
            ServiceTimer.jvm(),
            InstantSource.fixed(Instant.ofEpochSecond(5)),
            NanoClock.SYSTEM);
    server.beginTerm(1);
    List.of(FULL, EMPTY).forEach(each -> server.accept(each, (reply, done) -> done.accept(null)));
    return server.queue().takeBatch(server.leases().open(new LeaseKey(1, 1, 0)), 9);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    List<Exchange> exchanges = exchanges();
    List<Delivered> read = RequestBatch.read(RequestBatch.toBytes(exchanges), Delivered::new);
    assertThat(read).extracting(Delivered::id).isEqualTo(ids(exchanges));
    assertThat(read).extracting(Delivered::arrivalMicros).containsOnly(5_000_000L);
    assertThat(read)
        .extracting(Delivered::message)
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(FULL, EMPTY);
  }

  private static List<Long> ids(List<Exchange> exchanges) {
    return exchanges.stream().map(Exchange::id).toList();
  }

  @Test
  void whatIsCutShortOrOfAnotherVersionIsRefused() {
    byte[] whole = RequestBatch.toBytes(exchanges().subList(0, 1));
    for (int length = 2; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatIOException().isThrownBy(() -> RequestBatch.read(cut, Delivered::new));
    }
    whole[0] = 2;
    assertThatIOException()
        .isThrownBy(() -> RequestBatch.read(whole, Delivered::new))
        .withMessageContaining("Unsupported version 2");
  }
}
