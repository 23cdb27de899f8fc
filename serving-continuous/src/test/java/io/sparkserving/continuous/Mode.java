package io.sparkserving.continuous;

import io.sparkserving.ServingWriter;
import io.sparkserving.testing.TestedMode;
import org.apache.spark.sql.streaming.Trigger;

/** The triggers that a continuous service runs with. */
enum Mode {
  CONTINUOUS {
    @Override
    ServingWriter apply(ServingWriter writer) {
      return writer.trigger(Trigger.Continuous("1 second"));
    }
  },
  REAL_TIME {
    @Override
    ServingWriter apply(ServingWriter writer) {
      return writer.realTime("10 seconds");
    }
  },
  LINGERING {
    @Override
    ServingWriter apply(ServingWriter writer) {
      return writer;
    }
  };

  /** Sets the trigger. */
  abstract ServingWriter apply(ServingWriter writer);

  /** As tests of all modes know it. */
  TestedMode tested() {
    return TestedMode.continuous(this::apply);
  }

  /** A name for a service of this mode. */
  String service(String prefix) {
    return prefix + "-" + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
