package io.sparkserving.operations.balancing;

import java.time.Duration;
import java.util.stream.Collectors;

/** Writes a configuration file for nginx 1.16 or later. */
final class NginxConfiguration {
  /** Longer than a connection attempt or three, shorter than any wait for an answer. */
  private static final Duration RETRY_WINDOW = Duration.ofSeconds(8);

  private static final long LARGEST_BODY_IN_MEMORY = 1L << 20;

  private NginxConfiguration() {}

  static String write(BalancedService service) {
    return """
        # nginx for the service '%s'.
        # Start: nginx -c FILE. When servers came or went: write the file anew, then nginx -s reload.

        worker_processes auto;
        worker_rlimit_nofile 16384;

        events {
            worker_connections 4096;
        }

        http {
            server_tokens off;
            access_log off;

            upstream %s {
                # One memory for all workers, of what is under way at each server and which have failed.
                zone %s %sk;
                least_conn;
        %s
                keepalive 64;
                # A server closes an idle connection somewhat later; nginx has to be first.
                keepalive_timeout %s;
            }

            server {
                listen %s;
                keepalive_requests 100000;

                # The service answers 413 to larger bodies itself. Up to 1m nothing touches the disk.
                client_max_body_size %s;
                client_body_buffer_size %s;
                large_client_header_buffers 4 16k;

                location ~ %s {
                    proxy_pass %s://%s;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $http_host;
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    proxy_set_header X-Forwarded-Host $http_host;
                    proxy_set_header X-Forwarded-Port $server_port;
                    proxy_set_header X-Forwarded-Proto $scheme;

                    # The service answers 504 itself, before nginx gives up.
                    proxy_connect_timeout %s;
                    proxy_send_timeout 60s;
                    proxy_read_timeout %s;

                    # Where no connection came about, the next server is tried. A POST or PATCH that was
                    # sent is never sent again, as a query may have seen it. GET, PUT, DELETE and other
                    # methods that may be repeated are, if their connection breaks. After the window, which
                    # ends before any wait for an answer does, nothing is sent again.
                    proxy_next_upstream error timeout;
                    proxy_next_upstream_timeout %s;

                    proxy_buffer_size 16k;
                    proxy_buffers 8 16k;
                    proxy_max_temp_file_size 0;
                }

                location / {
                    return 404;
                }
            }
        }
        """
        .formatted(
            service.name(),
            service.identifier(),
            service.identifier(),
            zoneKilobytes(service),
            servers(service),
            seconds(service.idleConnection()),
            service.listenPort(),
            service.bodyLimit(),
            Math.min(service.bodyLimit(), LARGEST_BODY_IN_MEMORY),
            paths(service),
            service.scheme(),
            service.identifier(),
            seconds(BalancedService.CONNECT_TIMEOUT),
            millis(service.answerTimeout()),
            seconds(RETRY_WINDOW));
  }

  /** nginx compares a path that it has decoded, without what is double or dotted in it. */
  private static String paths(BalancedService service) {
    return service.isAtRoot()
        ? "\"^/(?!(livez|readyz|metrics)(;|$)|_serving([/;]|$))\""
        : "^" + service.pathExpression() + "(/|$)";
  }

  /** nginx refuses to start where the servers do not fit in. */
  private static int zoneKilobytes(BalancedService service) {
    return 256 + 2 * service.addresses().size();
  }

  private static String servers(BalancedService service) {
    return service.addresses().stream()
        .map(
            address ->
                "        server %s max_fails=1 fail_timeout=%s;"
                    .formatted(address, seconds(BalancedService.FAILED_PAUSE)))
        .collect(Collectors.joining("\n"));
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + "s";
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }
}
