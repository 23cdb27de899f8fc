package io.sparkserving.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorTest {
  private static final int MOST_BYTES = 1 << 20;

  private static ByteBuffer write(DataType type, @Nullable Object... values) {
    FrameOutput out = new FrameOutput(MOST_BYTES);
    out.begin(Frames.BATCH);
    VectorWriter.of(type).write(out, values, values.length);
    return out.end().position(Frames.HEADER_BYTES);
  }

  private static String hex(DataType type, @Nullable Object... values) {
    ByteBuffer vector = write(type, values);
    byte[] bytes = new byte[vector.remaining()];
    vector.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void valuesOfEveryTypeComeBackAsTheyWere(boolean java8Time) {
    StructField[] fields = SampleValues.type().fields();
    List<Row> rows = SampleValues.rows(java8Time);
    for (int i = 0; i < fields.length; i++) {
      List<@Nullable Object> expected = new ArrayList<>();
      for (Row row : rows) {
        expected.add(row.get(i));
      }
      ByteBuffer vector = write(fields[i].dataType(), expected.toArray());
      VectorReader reader = VectorReader.of(fields[i].dataType(), java8Time);
      assertThat(reader.read(vector, rows.size()))
          .as(fields[i].name())
          .containsExactly(expected.toArray());
      assertThat(vector.remaining()).as(fields[i].name()).isZero();
    }
  }

  @Test
  void noValuesAreAVectorToo() {
    for (StructField field : SampleValues.type().fields()) {
      ByteBuffer vector = write(field.dataType());
      assertThat(VectorReader.of(field.dataType(), true).read(vector, 0))
          .as(field.name())
          .isEmpty();
      assertThat(vector.remaining()).as(field.name()).isZero();
    }
  }

  @Test
  void aVectorOfNumbersIsAFlagThenTheNumbersUpToAMultipleOfEight() {
    assertThat(hex(DataTypes.IntegerType, 1, 2, -1))
        .isEqualTo("0000000000000000" + "01000000" + "02000000" + "ffffffff" + "00000000");
  }

  @Test
  void nullsAreBitsThatAreMissing() {
    assertThat(hex(DataTypes.ByteType, (byte) 1, null, (byte) 3))
        .isEqualTo("0100000000000000" + "0500000000000000" + "0100030000000000");
  }

  @Test
  void aVectorOfTextsIsOffsetsThenBytes() {
    assertThat(hex(DataTypes.StringType, "ab", "c"))
        .isEqualTo(
            "0000000000000000"
                + "00000000"
                + "02000000"
                + "03000000"
                + "00000000"
                + "6162630000000000");
  }

  @Test
  void aDecimalIsItsUnscaledValueInSixteenBytes() {
    assertThat(hex(DataTypes.createDecimalType(10, 2), new java.math.BigDecimal("-0.01")))
        .isEqualTo("0000000000000000" + "ff".repeat(16));
  }

  @Test
  void arraysOfJavaTravelAsWell() {
    DataType type = DataTypes.createArrayType(DataTypes.LongType);
    String expected = hex(type, SparkValues.array(1L, 2L));
    assertThat(hex(type, List.of(1L, 2L))).isEqualTo(expected);
    assertThat(hex(type, (Object) new Object[] {1L, 2L})).isEqualTo(expected);
    assertThat(hex(type, new long[] {1L, 2L})).isEqualTo(expected);
  }

  @Test
  void aTypeThatDoesNotTravelIsRefusedByName() {
    DataType type = DataTypes.createArrayType(DataTypes.CalendarIntervalType);
    assertThatThrownBy(() -> VectorTypes.require("column a", type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Unsupported type of column a, array<interval>");
  }

  @Test
  void aBatchThatOutgrowsAFrameIsRefused() {
    StructType arguments = new StructType().add("text", DataTypes.StringType);
    BatchWriter writer = new BatchWriter(arguments, MOST_BYTES);
    Row large = RowFactory.create("x".repeat(MOST_BYTES / 2));
    assertThat(writer.frame(List.of(large)).remaining()).isGreaterThan(MOST_BYTES / 2);
    assertThatThrownBy(() -> writer.frame(List.of(large, large)))
        .isInstanceOf(FrameTooLargeException.class);
    assertThat(writer.frame(List.of(RowFactory.create("x"))).remaining()).isEqualTo(40);
  }
}
