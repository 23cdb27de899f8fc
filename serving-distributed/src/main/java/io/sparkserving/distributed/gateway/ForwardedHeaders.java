package io.sparkserving.distributed.gateway;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The headers {@code X-Forwarded-*}, by which a server learns of a client behind the gateway. */
final class ForwardedHeaders {
  private ForwardedHeaders() {}

  /**
   * Adds the client's address, scheme and host to the headers of a request to a server.
   *
   * @param clientRequest as the gateway got it
   * @param headers of the request to the server, the client's own among them
   */
  static void add(Request clientRequest, HttpFields.Mutable headers) {
    String address = Request.getRemoteAddr(clientRequest);
    String host = clientRequest.getHeaders().get(HttpHeader.HOST);
    headers.computeField(
        HttpHeader.X_FORWARDED_FOR,
        (name, before) -> new HttpField(name, appended(before, address)));
    // What a proxy in front of this one says is nearer to the client.
    if (!headers.contains(HttpHeader.X_FORWARDED_PROTO)) {
      headers.put(HttpHeader.X_FORWARDED_PROTO, clientRequest.isSecure() ? "https" : "http");
    }
    if (host != null && !headers.contains(HttpHeader.X_FORWARDED_HOST)) {
      headers.put(HttpHeader.X_FORWARDED_HOST, host);
    }
  }

  private static String appended(@Nullable List<HttpField> before, String address) {
    StringBuilder all = new StringBuilder();
    if (before != null) {
      before.forEach(field -> all.append(field.getValue()).append(", "));
    }
    return all.append(address).toString();
  }
}
