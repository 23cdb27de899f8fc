package io.sparkserving.server.management;

import io.sparkserving.exchange.ServerExchanges;
import java.util.ServiceLoader;
import org.eclipse.jetty.server.Request;

/** How a server speaks a protocol. Found as a Java service, by the name of the protocol. */
public interface ServingProtocol {
  /** The protocol, as the option {@code protocol} names it. */
  String protocol();

  /**
   * The step that gives requests and replies the protocol's form.
   *
   * @param next gets requests for the query
   */
  Request.Handler step(ServerExchanges server, Request.Handler next);

  /**
   * Finds a protocol.
   *
   * @throws IllegalArgumentException if no jar on the class path has it
   */
  static ServingProtocol of(String name) {
    return ServiceLoader.load(ServingProtocol.class, ServingProtocol.class.getClassLoader())
        .stream()
        .map(ServiceLoader.Provider::get)
        .filter(protocol -> protocol.protocol().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Missing protocol '%s': put the jar serving-protocols on the class path."
                        .formatted(name)));
  }
}
