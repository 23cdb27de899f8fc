package io.sparkserving.operations.balancing;

import static io.sparkserving.operations.balancing.BalancedServices.executor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.Buffer;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Reads the configuration by Envoy's own definitions, which know no other fields. */
class EnvoySchemaTest {
  private static final JsonFormat.Parser STRICT =
      JsonFormat.parser()
          .usingTypeRegistry(
              JsonFormat.TypeRegistry.newBuilder()
                  .add(HttpConnectionManager.getDescriptor())
                  .add(Buffer.getDescriptor())
                  .add(Router.getDescriptor())
                  .add(PreviousHostsPredicate.getDescriptor())
                  .add(HttpProtocolOptions.getDescriptor())
                  .add(UpstreamTlsContext.getDescriptor())
                  .build());

  private static Bootstrap read(String text) throws IOException {
    Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
    STRICT.merge(YamlDocuments.read(text).get(0).toString(), bootstrap);
    return bootstrap.build();
  }

  private static String written() {
    return LoadBalancer.ENVOY.configure(
        BalancedServices.of(executor("10.0.0.1"), executor("2001:db8::1"), executor("worker-3")));
  }

  @Test
  void theConfigurationIsABootstrap() throws Exception {
    Bootstrap bootstrap = read(written());
    assertThat(bootstrap.getStaticResources().getListenersList())
        .singleElement()
        .satisfies(
            listener ->
                assertThat(listener.getAddress().getSocketAddress().getPortValue())
                    .isEqualTo(8080));
    Cluster cluster = bootstrap.getStaticResources().getClusters(0);
    assertThat(cluster.getLoadAssignment().getEndpoints(0).getLbEndpointsList())
        .extracting(server -> server.getEndpoint().getAddress().getSocketAddress().getAddress())
        .containsExactly("10.0.0.1", "2001:db8::1", "worker-3");
  }

  @Test
  void serversWithTlsAreInTheirPlaceInIt() throws Exception {
    String text =
        LoadBalancer.ENVOY.configure(BalancedServices.of(BalancedServices.secureServer()));
    Cluster cluster = read(text).getStaticResources().getClusters(0);
    assertThat(cluster.getTransportSocket().getName()).isEqualTo("envoy.transport_sockets.tls");
  }

  @Test
  void parametersOfThePathAreAnySegment() throws Exception {
    String text =
        LoadBalancer.ENVOY.configure(BalancedServices.of(NamedServer.info(8888, "v1/{x}/score")));
    assertThat(read(text).getStaticResources().getListenersList()).hasSize(1);
    Pattern its = Pattern.compile(text.split("regex: '")[1].split("'")[0]);
    assertThat("/v1/ann/score").matches(its);
    assertThat("/v1/ann/score/below").matches(its);
    assertThat("/v1/score").doesNotMatch(its);
  }

  @Test
  void aServiceAtRootHasAllPathsButThoseThatTellOfIt() throws Exception {
    String text = LoadBalancer.ENVOY.configure(BalancedServices.of(NamedServer.info(8888, "")));
    assertThat(read(text).getStaticResources().getListenersList()).hasSize(1);
    assertThat(text).contains("prefix: / }").doesNotContain("path_separated_prefix");
    Pattern hidden = Pattern.compile(text.split("regex: '")[1].split("'")[0]);
    for (String path : List.of("/livez", "/metrics;a=b", "/./metrics", "/_serving/status")) {
      assertThat(path).matches(hidden);
    }
    for (String path : List.of("/", "/metrics/any", "/livezz", "/_servings", "/any/metrics")) {
      assertThat(path).doesNotMatch(hidden);
    }
  }

  @Test
  void fieldsThatEnvoyDoesNotHaveAreFound() {
    assertThatThrownBy(() -> read(written().replace("normalize_path", "normalise_path")))
        .isInstanceOf(InvalidProtocolBufferException.class)
        .hasMessageContaining("normalise_path");
  }
}
