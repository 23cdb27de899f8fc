package io.sparkserving.functions.python;

/** What the driver knows of the queries that use a function. */
enum FunctionUse {
  /** One of them goes on, or is to be started again. */
  ACTIVE,

  /** There were some, and none goes on; or the driver has forgotten the function. */
  ENDED,

  /** None is known yet. */
  UNKNOWN
}
