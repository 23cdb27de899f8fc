package io.sparkserving.operations.balancing;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a bootstrap file for Envoy 1.25 or later. */
final class EnvoyConfiguration {
  /** Who signed the servers' certificates is not known here; a validation_context says so. */
  private static final String TLS =
      "\n"
          + """
            transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
          """
              .indent(4)
              .stripTrailing();

  private EnvoyConfiguration() {}

  static String write(BalancedService service) {
    return """
        # Envoy for the service '%s'.
        # Start: envoy -c FILE. When servers came or went: write the file anew, then start Envoy with
        # --restart-epoch one higher, which takes over from the one before.
        static_resources:
          listeners:
            - name: %2$s
              address:
                socket_address: { address: 0.0.0.0, port_value: %3$s }
              filter_chains:
                - filters:
                    - name: envoy.filters.network.http_connection_manager
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                        stat_prefix: %2$s
                        # Clients come straight to this port: X-Forwarded-For gets their address.
                        use_remote_address: true
                        normalize_path: true
                        server_header_transformation: PASS_THROUGH
                        common_http_protocol_options: { idle_timeout: 75s }
                        request_headers_timeout: 60s
                        stream_idle_timeout: %4$s
                        http_filters:
                          # The service answers 413 to larger bodies itself.
                          - name: envoy.filters.http.buffer
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer
                              max_request_bytes: %5$s
                          - name: envoy.filters.http.router
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                              suppress_envoy_headers: true
                        route_config:
                          name: %2$s
                          virtual_hosts:
                            - name: %2$s
                              domains: ["*"]
                              request_headers_to_add:
                                - header: { key: X-Forwarded-Host, value: "%%REQ(:authority)%%" }
                                  append_action: OVERWRITE_IF_EXISTS_OR_ADD
                                - header: { key: X-Forwarded-Port, value: "%%DOWNSTREAM_LOCAL_PORT%%" }
                                  append_action: OVERWRITE_IF_EXISTS_OR_ADD
                              routes:
        %6$s
                                  route:
                                    cluster: %2$s
                                    # The service answers 504 itself, before Envoy gives up.
                                    timeout: %4$s
                                    # Where no connection came about, another server is tried. What was
                                    # sent is never sent again, as a query may have seen it.
                                    retry_policy:
                                      retry_on: connect-failure
                                      num_retries: 3
                                      retry_back_off: { base_interval: 0.005s, max_interval: 0.05s }
                                      host_selection_retry_max_attempts: 5
                                      retry_host_predicate:
                                        - name: envoy.retry_host_predicates.previous_hosts
                                          typed_config:
                                            "@type": type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate
          clusters:
            - name: %2$s
              type: %7$s
              connect_timeout: %8$s%12$s
              lb_policy: LEAST_REQUEST
              # The service has limits of its own; Envoy's would refuse the 1025th request at once, and the
              # fourth retry.
              circuit_breakers:
                thresholds:
                  - max_connections: 100000
                    max_pending_requests: 100000
                    max_requests: 100000
                    max_retries: 100000
              # Failed connections take a server out. What a query answers does not: neither its 500 nor a
              # 503 from a full queue says that the server is gone.
              outlier_detection:
                split_external_local_origin_errors: true
                consecutive_local_origin_failure: 1
                enforcing_consecutive_local_origin_failure: 100
                enforcing_consecutive_5xx: 0
                enforcing_consecutive_gateway_failure: 0
                enforcing_success_rate: 0
                enforcing_local_origin_success_rate: 0
                interval: 1s
                base_ejection_time: %9$s
                max_ejection_time: %9$s
                max_ejection_percent: 100
              typed_extension_protocol_options:
                envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                  "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                  # A server closes an idle connection somewhat later; Envoy has to be first.
                  common_http_protocol_options: { idle_timeout: %10$s }
                  explicit_http_config: { http_protocol_options: {} }
              load_assignment:
                cluster_name: %2$s
                endpoints:
                  - lb_endpoints:
        %11$s"""
        .formatted(
            service.name(),
            service.identifier(),
            service.listenPort(),
            seconds(service.answerTimeout()),
            service.bodyLimit(),
            match(service).indent(24).stripTrailing(),
            discovery(service.addresses()),
            seconds(BalancedService.CONNECT_TIMEOUT),
            seconds(BalancedService.FAILED_PAUSE),
            seconds(service.idleConnection()),
            endpoints(service.addresses()),
            service.isSecure() ? TLS : "");
  }

  /** Which paths clients may call. */
  private static String match(BalancedService service) {
    if (service.hasParameters()) {
      return "- match: { safe_regex: { regex: '%s(/.*)?' } }".formatted(service.pathExpression());
    }
    return service.isAtRoot()
        ? """
          # All paths but those that tell of the port's services.
          - match:
              safe_regex: { regex: '/([.]?/)*((livez|readyz|metrics)(;.*)?|_serving([/;].*)?)' }
            direct_response: { status: 404 }
          - match: { prefix: / }
          """
        : "- match: { path_separated_prefix: %s }".formatted(service.path());
  }

  private static String discovery(List<ServerAddress> addresses) {
    return addresses.stream().anyMatch(ServerAddress::isName) ? "STRICT_DNS" : "STATIC";
  }

  private static String endpoints(List<ServerAddress> addresses) {
    return addresses.stream()
        .map(
            address ->
                """
                              - endpoint:
                                  address:
                                    socket_address: { address: "%s", port_value: %s }
                """
                    .formatted(address.host(), address.port()))
        .collect(Collectors.joining());
  }

  /** As protocol buffers write durations. */
  private static String seconds(Duration duration) {
    return duration.toMillisPart() == 0
        ? duration.toSeconds() + "s"
        : String.format(Locale.ROOT, "%d.%03ds", duration.toSeconds(), duration.toMillisPart());
  }
}
