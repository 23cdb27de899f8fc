package io.sparkserving.functions.python;

import io.sparkserving.functions.batch.Failure;
import io.sparkserving.functions.batch.Outcome;
import java.util.Collections;
import java.util.List;

/** Failures that are not the function's own words: clients are told no more than the status. */
final class Failures {
  /** Kind of a row that was not answered in time. */
  static final String TIMEOUT = "timeout";

  /** Kind of a row with which the worker ended. */
  static final String WORKER = "worker";

  /** Kind of a row that came while the function could not be set up. */
  static final String SETUP = "setup";

  private static final int SERVER_ERROR = 500;
  private static final int GATEWAY_TIMEOUT = 504;

  private Failures() {}

  /** Makes the outcomes of so many rows that failed in the same way. */
  static List<Outcome> of(int rows, String kind) {
    int status = kind.equals(TIMEOUT) ? GATEWAY_TIMEOUT : SERVER_ERROR;
    return Collections.nCopies(rows, Outcome.failed(new Failure(status, kind, null, List.of())));
  }
}
