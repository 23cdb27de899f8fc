package io.sparkserving.functions.python;

import java.io.IOException;

/** A worker could not be set up; the message says why, as the worker or the system has put it. */
public final class WorkerSetupException extends IOException {
  private static final long serialVersionUID = 1;

  WorkerSetupException(String message) {
    super(message);
  }

  WorkerSetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
