package io.sparkserving.task.source;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.RequestMessage;
import java.io.Serializable;

/**
 * A request on its way to a task.
 *
 * @param id number of the request's exchange, unique in its server
 * @param arrivalMicros when the request had arrived, in microseconds since 1970-01-01 UTC
 * @param message the request
 */
public record DeliveredRequest(long id, long arrivalMicros, RequestMessage message)
    implements Serializable {

  /** Makes what a task gets of an exchange. */
  public static DeliveredRequest of(Exchange exchange) {
    return new DeliveredRequest(exchange.id(), exchange.arrivalMicros(), exchange.request());
  }
}
