package io.sparkserving.distributed.gateway;

import io.sparkserving.driver.cluster.Backend;
import java.net.URI;
import java.net.URISyntaxException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpURI;
import org.jspecify.annotations.Nullable;

/**
 * A request to a server with path and query as the gateway got them. Jetty's client by itself takes
 * only what {@link URI} can parse, which Jetty's server does not ask for.
 */
final class VerbatimRequest extends HttpRequest {
  private final String path;
  private final @Nullable String query;

  VerbatimRequest(HttpClient client, Backend backend, HttpURI uri) {
    super(client, new HttpConversation(), address(backend));
    tag(backend.certificate());
    this.path = uri.getPath();
    this.query = uri.getQuery();
  }

  private static URI address(Backend backend) {
    String scheme = backend.certificate() == null ? "http" : "https";
    try {
      return new URI(scheme, null, backend.host(), backend.port(), "/", null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("Invalid address of a server: " + backend, e);
    }
  }

  @Override
  public String getPath() {
    return path;
  }

  @Override
  public @Nullable String getQuery() {
    return query;
  }
}
