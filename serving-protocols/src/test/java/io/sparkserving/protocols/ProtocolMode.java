package io.sparkserving.protocols;

import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.TestedMode;

/** The modes in which protocols are spoken: all. */
enum ProtocolMode {
  HEAD(TestedMode.HEAD),
  DISTRIBUTED(TestedMode.DISTRIBUTED),
  REAL_TIME(TestedMode.continuous(writer -> writer.realTime("5 minutes"))),
  CONTINUOUS(TestedMode.continuous(writer -> writer));

  private final TestedMode mode;

  ProtocolMode(TestedMode mode) {
    this.mode = mode;
  }

  ServingReader from(ServingReader reader) {
    return mode.from().apply(reader);
  }

  ServingWriter to(ServingWriter writer) {
    return mode.to().apply(writer);
  }
}
