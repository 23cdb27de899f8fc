package io.sparkserving.functions.wire;

/** Where each value of a vector begins, written while the values' sizes become known. */
final class Offsets {
  private final FrameOutput out;
  private int position;
  private int end;

  /** Takes the room for the offsets of so many values; what is written next follows them. */
  Offsets(FrameOutput out, int count) {
    this.out = out;
    position = out.position();
    long bytes = (count + 1L) * Integer.BYTES;
    out.room(bytes).putInt(0).position((int) (position + bytes));
    out.pad();
  }

  /** Notes the size of the next value. */
  void add(int size) {
    end = Math.addExact(end, size);
    position += Integer.BYTES;
    out.room(0).putInt(position, end);
  }
}
