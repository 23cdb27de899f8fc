package io.sparkserving.testing;

import io.sparkserving.exchange.ServerExchanges;
import java.io.Serializable;

/** What tests want to know of a service, or of all servers of one. */
public record ServiceState(int openExchanges, long accepted, long dropped) implements Serializable {

  static ServiceState of(ServerExchanges service) {
    return new ServiceState(
        service.openExchanges(), service.counters().accepted(), service.counters().dropped());
  }

  ServiceState plus(ServiceState other) {
    return new ServiceState(
        openExchanges + other.openExchanges, accepted + other.accepted, dropped + other.dropped);
  }
}
