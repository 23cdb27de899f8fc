package io.sparkserving.exchange;

/** The server that a queue belongs to, as the queue sees it; never called with the queue's lock. */
interface QueueOwner {
  /** Hears that a request waits, on the thread that brought it; must not block. */
  void requestWaits();

  /** Refuses an exchange that would wait too long. */
  void refuse(Exchange exchange, ReplyMessage refusal);

  /** Drops an exchange whose client is gone. */
  void drop(Exchange exchange);
}
