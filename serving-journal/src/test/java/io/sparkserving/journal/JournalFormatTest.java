package io.sparkserving.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.KeptAnswer;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.RequestMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** What is written is read, and nothing else is, wherever a segment was cut or damaged. */
class JournalFormatTest {
  private static final long NOBODY_KNOWS = -1;
  private static final int SEGMENTS = 200;

  private final Random random = new Random(4);

  @Test
  void everyRecordIsReadAsItWasWritten() throws IOException {
    for (int i = 0; i < SEGMENTS; i++) {
      List<byte[]> records = records(random.nextInt(20));
      assertThat(read(joined(records), NOBODY_KNOWS)).containsExactlyElementsOf(records);
    }
  }

  @Test
  void theLastSegmentIsReadUpToItsLastWholeRecord() throws IOException {
    List<byte[]> records = records(6);
    byte[] whole = joined(records);
    for (int length = 0; length < whole.length; length++) {
      assertThat(read(Arrays.copyOf(whole, length), NOBODY_KNOWS))
          .as("%d of %d bytes", length, whole.length)
          .containsExactlyElementsOf(records.subList(0, complete(records, length)));
    }
  }

  @Test
  void aChangedBitEndsTheLastSegmentThere() throws IOException {
    List<byte[]> records = records(6);
    byte[] whole = joined(records);
    for (int i = 0; i < whole.length; i++) {
      assertThat(read(withChangedBit(whole, i), NOBODY_KNOWS))
          .as("byte %d of %d", i, whole.length)
          .containsExactlyElementsOf(records.subList(0, complete(records, i)));
    }
  }

  @Test
  void anEarlierSegmentHasToBeWhole() {
    byte[] whole = joined(records(6));
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = withChangedBit(whole, i);
      byte[] cut = Arrays.copyOf(whole, i);
      assertThatThrownBy(() -> read(changed, whole.length))
          .as("byte %d of %d", i, whole.length)
          .isInstanceOf(JournalCorruptException.class)
          .hasMessageContainingAll("Segment", "Bring it back from a copy");
      assertThatThrownBy(() -> read(cut, whole.length))
          .as("%d of %d bytes", i, whole.length)
          .isInstanceOf(JournalCorruptException.class);
    }
  }

  @Test
  void whatFollowsTheLastSyncOfAnEarlierSegmentIsNotRead() throws IOException {
    List<byte[]> records = records(6);
    List<byte[]> synced = records.subList(0, 4);
    assertThat(read(joined(records), joined(synced).length)).containsExactlyElementsOf(synced);
  }

  /** A journal outlives the version of the library that wrote it. */
  @Test
  void theBytesOfVersionOneStayTheSame() {
    RequestMessage message =
        new RequestMessage(
            "POST", "/a", 1, 1, List.of(new Header("A", "b")), new byte[] {1, 2}, false);
    KeptAnswer answer =
        new KeptAnswer(
            "k", "d", new ReplyMessage(200, List.of(new Header("C", "d")), new byte[] {3}));
    assertThat(hex(new JournalRecord.Header(1, "a-1", 2, 3, 4)))
        .isEqualTo(
            "0000001e93c720cb48000000010003612d310000000000000002000000030000" + "000000000004");
    assertThat(hex(new JournalRecord.Request(5, 6, 7, 8, 9, true, message)))
        .isEqualTo(
            "00000055d6eae3a6510000000000000005000000060000000000000007000000"
                + "000000000800000000000000090100000004504f5354000000022f6100000001"
                + "00000001000000010000000141000000016200000002010200ffffffff");
    assertThat(hex(new JournalRecord.Withdrawal(7)))
        .isEqualTo("000000090c866800570000000000000007");
    assertThat(hex(new JournalRecord.Answer(7, 10, answer)))
        .isEqualTo(
            "00000040e8e0e7da410000000000000007000000000000000a00016b00016402"
                + "0000000000000007000000000000000000000000c80000000100000001430000"
                + "0001640000000103");
  }

  private static String hex(JournalRecord record) {
    return HexFormat.of().formatHex(record.toBytes());
  }

  private List<byte[]> records(int number) {
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      records.add(record(random.nextInt(4)).toBytes());
    }
    return records;
  }

  private JournalRecord record(int kind) {
    return switch (kind) {
      case 0 ->
          new JournalRecord.Header(
              JournalRecord.VERSION,
              text(),
              random.nextLong(),
              random.nextInt(),
              random.nextLong());
      case 1 ->
          new JournalRecord.Request(
              random.nextLong(),
              random.nextInt(),
              random.nextLong(),
              random.nextLong(),
              random.nextLong(),
              random.nextBoolean(),
              new RequestMessage(
                  text(),
                  text(),
                  random.nextInt(),
                  random.nextInt(),
                  headers(),
                  random.nextBoolean() ? null : text().getBytes(StandardCharsets.UTF_8),
                  random.nextBoolean(),
                  random.nextBoolean() ? null : text()));
      case 2 -> new JournalRecord.Withdrawal(random.nextLong());
      default ->
          new JournalRecord.Answer(
              random.nextLong(),
              random.nextLong(),
              new KeptAnswer(
                  text(),
                  text(),
                  new ReplyMessage(
                      random.nextInt(), headers(), text().getBytes(StandardCharsets.UTF_8))));
    };
  }

  private List<Header> headers() {
    List<Header> headers = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      headers.add(new Header(text(), text()));
    }
    return headers;
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(random.nextBoolean() ? random.nextInt(0x80) : 0x1F600 + i);
    }
    return text.toString();
  }

  private byte[] withChangedBit(byte[] whole, int at) {
    byte[] changed = whole.clone();
    changed[at] ^= (byte) (1 << random.nextInt(8));
    return changed;
  }

  /** How many records end within so many bytes. */
  private static int complete(List<byte[]> records, int length) {
    int end = 0;
    int complete = 0;
    while (complete < records.size() && end + records.get(complete).length <= length) {
      end += records.get(complete).length;
      complete++;
    }
    return complete;
  }

  /** The records that are read, as bytes, by which they can be compared. */
  private static List<byte[]> read(byte[] segment, long surely) throws IOException {
    List<byte[]> records = new ArrayList<>();
    try (SegmentReader reader =
        new SegmentReader(new Path("segment"), new ByteArrayInputStream(segment), surely)) {
      JournalRecord record = reader.next();
      while (record != null) {
        records.add(record.toBytes());
        record = reader.next();
      }
    }
    return records;
  }

  private static byte[] joined(List<byte[]> records) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    records.forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }
}
