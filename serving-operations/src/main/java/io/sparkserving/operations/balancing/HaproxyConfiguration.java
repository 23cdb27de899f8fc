package io.sparkserving.operations.balancing;

import java.util.List;

/** Writes a configuration file for HAProxy 2.6 or later. */
final class HaproxyConfiguration {
  private HaproxyConfiguration() {}

  static String write(BalancedService service) {
    return """
        # HAProxy for the service '%s'.
        # Start: haproxy -W -f FILE. When servers came or went: write the file anew, then send SIGUSR2
        # to the master process, or systemctl reload haproxy.

        global
            # Headers of up to 16k, as the service takes them.
            tune.bufsize 32768

        defaults
            mode http
            timeout connect %sms
            timeout http-request 60s
            timeout http-keep-alive 75s
            # The service answers 504 itself, before HAProxy gives up.
            timeout client %sms
            timeout server %sms

        frontend %s
            bind :%s

        %s
            http-request deny deny_status 400 if { path,url_dec -m reg (^|/)\\.\\.(/|$) }
            # The service answers 413 itself to what comes in chunks.
            http-request deny deny_status 413 if { req.body_size gt %s }

            option forwardfor
            http-request set-header X-Forwarded-Host %%[req.hdr(host)]
            http-request set-header X-Forwarded-Port %%[dst_port]
            http-request set-header X-Forwarded-Proto http unless { ssl_fc }
            http-request set-header X-Forwarded-Proto https if { ssl_fc }
            default_backend %s

        backend %s
            balance leastconn

            # Where no connection came about, another server is tried. What was sent is never sent again,
            # as a query may have seen it.
            retries 3
            option redispatch 1
            retry-on conn-failure

            # A failed connection takes a server out at once, a check that connects brings it back.
            # Names that cannot be resolved do not keep HAProxy from starting.
            default-server check inter 2s fall 2 rise 1 observe layer4 error-limit 1 on-error mark-down init-addr last,libc,none%s
        %s"""
        .formatted(
            service.name(),
            BalancedService.CONNECT_TIMEOUT.toMillis(),
            service.answerTimeout().toMillis(),
            service.answerTimeout().toMillis(),
            service.identifier(),
            service.listenPort(),
            paths(service),
            service.bodyLimit(),
            service.identifier(),
            service.identifier(),
            // Who signed the servers' certificates is not known here; ca-file says so.
            service.isSecure() ? " ssl verify none" : "",
            servers(service.addresses()));
  }

  /** Which paths clients may call. */
  private static String paths(BalancedService service) {
    String lines =
        service.isAtRoot()
            ? """
              # All paths but those that tell of the port's services.
              acl hidden path,url_dec -m reg ^(/[.]?)*/((livez|readyz|metrics)(;|$)|_serving([/;]|$))
              http-request deny deny_status 404 if hidden
              """
            : """
              # The service's own path: other services on the same port stay hidden.
              %s
              http-request deny deny_status 404 unless service
              """
                .formatted(condition(service));
    return lines.indent(4).stripTrailing();
  }

  private static String condition(BalancedService service) {
    String path = service.path();
    return service.hasParameters()
        ? "acl service path -m reg ^%s(/|$)".formatted(service.pathExpression())
        : "acl service path %s\nacl service path_beg %s/".formatted(path, path);
  }

  private static String servers(List<ServerAddress> addresses) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < addresses.size(); i++) {
      lines.append("    server server-%s %s\n".formatted(i + 1, addresses.get(i)));
    }
    return lines.toString();
  }
}
