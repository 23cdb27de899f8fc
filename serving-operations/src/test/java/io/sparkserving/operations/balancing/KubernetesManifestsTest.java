package io.sparkserving.operations.balancing;

import static io.sparkserving.operations.balancing.BalancedServices.executor;
import static io.sparkserving.operations.balancing.BalancedServices.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Service;
import io.sparkserving.server.ServerInfo;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** Checks manifests against Kubernetes' own definitions, which know no other fields. */
class KubernetesManifestsTest {
  private static List<JsonNode> manifests(BalancedService service) throws IOException {
    List<JsonNode> manifests = YamlDocuments.read(LoadBalancer.KUBERNETES.configure(service));
    for (JsonNode manifest : manifests) {
      validate(manifest);
    }
    return manifests;
  }

  private static void validate(JsonNode manifest) throws IOException {
    JsonElement json = JsonParser.parseString(manifest.toString());
    String type = manifest.path("apiVersion").asText() + " " + manifest.path("kind").asText();
    switch (type) {
      case "v1 Service" -> V1Service.validateJsonElement(json);
      case "v1 Pod" -> V1Pod.validateJsonElement(json);
      case "discovery.k8s.io/v1 EndpointSlice" -> V1EndpointSlice.validateJsonElement(json);
      default -> throw new IllegalArgumentException("Unsupported manifest: " + type);
    }
  }

  private static List<String> kinds(List<JsonNode> manifests) {
    return manifests.stream().map(manifest -> manifest.path("kind").asText()).toList();
  }

  @Test
  void executorsInPodsAreSelectedByTheLabelsOfSpark() throws Exception {
    List<JsonNode> manifests =
        manifests(BalancedServices.inPods(true, executor("10.0.0.1"), executor("10.0.0.2")));
    assertThat(kinds(manifests)).containsExactly("Service");
    JsonNode service = manifests.get(0);
    assertThat(service.at("/metadata/name").asText()).isEqualTo("my-api");
    assertThat(service.at("/metadata/namespace").asText()).isEqualTo("jobs");
    assertThat(service.at("/spec/selector"))
        .hasToString("{\"spark-role\":\"executor\",\"spark-app-selector\":\"spark-0123\"}");
    assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(8080);
    assertThat(service.at("/spec/ports/0/targetPort").asInt()).isEqualTo(8888);
  }

  @Test
  void aServerOnTheDriverIsSelectedWhereSparkMadeItsPod() throws Exception {
    ServerInfo driver = executor("driver-svc.jobs.svc");
    JsonNode service = manifests(BalancedServices.inPods(true, driver)).get(0);
    assertThat(service.at("/spec/selector/spark-role").asText()).isEqualTo("driver");
    ServerInfo outside = server("10.9.9.9", 8888, "driver-svc.jobs.svc");
    assertThat(kinds(manifests(BalancedServices.inPods(false, outside))))
        .containsExactly("Service", "EndpointSlice");
  }

  @Test
  void serversOnSeveralPortsAreListedWithASliceForEach() throws Exception {
    List<JsonNode> manifests =
        manifests(
            BalancedServices.inPods(
                true,
                server("0.0.0.0", 8888, "10.0.0.1"),
                server("0.0.0.0", 8889, "10.0.0.1"),
                server("0.0.0.0", 8888, "10.0.0.2"),
                server("0.0.0.0", 8888, "2001:db8::1")));
    assertThat(kinds(manifests))
        .containsExactly("Service", "EndpointSlice", "EndpointSlice", "EndpointSlice");
    assertThat(manifests.get(0).at("/spec").has("selector")).isFalse();
    assertThat(manifests.get(1).at("/endpoints"))
        .hasToString("[{\"addresses\":[\"10.0.0.1\"]},{\"addresses\":[\"10.0.0.2\"]}]");
    assertThat(manifests.get(2).at("/ports/0/port").asInt()).isEqualTo(8889);
    assertThat(manifests.get(3).at("/addressType").asText()).isEqualTo("IPv6");
    assertThat(manifests.subList(1, 4))
        .extracting(slice -> slice.at("/metadata/labels/kubernetes.io~1service-name").asText())
        .containsOnly("my-api");
    assertThat(manifests.subList(1, 4))
        .extracting(slice -> slice.at("/metadata/name").asText())
        .doesNotHaveDuplicates();
  }

  @Test
  void noSliceHasMoreServersThanKubernetesTakes() throws Exception {
    ServerInfo[] servers =
        IntStream.range(0, 1001)
            .mapToObj(i -> executor("10.0." + i / 250 + "." + i % 250))
            .toArray(ServerInfo[]::new);
    List<JsonNode> manifests = manifests(BalancedServices.of(servers));
    assertThat(manifests.subList(1, 3))
        .extracting(slice -> slice.at("/endpoints").size())
        .containsExactly(1000, 1);
  }

  @Test
  void theReadinessProbeInTheCommentsIsAPodTemplate() throws Exception {
    String text =
        LoadBalancer.KUBERNETES.configure(BalancedServices.inPods(true, executor("10.0.0.1")));
    String template =
        text.lines()
            .dropWhile(line -> !line.equals("# apiVersion: v1"))
            .takeWhile(line -> !line.equals("#"))
            .map(line -> line.substring(2))
            .collect(Collectors.joining("\n"));
    JsonNode pod = YamlDocuments.read(template).get(0);
    validate(pod);
    assertThat(pod.at("/spec/containers/0/readinessProbe/tcpSocket/port").asInt()).isEqualTo(8888);
  }

  @Test
  void namesAreResolvedForSlices() throws Exception {
    JsonNode slice = manifests(BalancedServices.of(executor("localhost"))).get(1);
    assertThat(slice.at("/endpoints/0/addresses/0").asText()).isEqualTo("127.0.0.1");
    assertThatIllegalStateException()
        .isThrownBy(() -> manifests(BalancedServices.of(executor("no-such-host.invalid"))))
        .withMessageContaining("no-such-host.invalid:8888");
  }

  @Test
  void aServerThatPodsCannotReachComesWithAWarning() throws Exception {
    BalancedService service = BalancedServices.of(server("localhost", 8888, "10.0.0.1"));
    assertThat(LoadBalancer.KUBERNETES.configure(service))
        .contains("# WARNING: this service listens on localhost");
    assertThat(kinds(manifests(service))).containsExactly("Service", "EndpointSlice");
  }

  @Test
  void fieldsThatKubernetesDoesNotHaveAreFound() throws Exception {
    String text = LoadBalancer.KUBERNETES.configure(BalancedServices.of(executor("10.0.0.1")));
    JsonNode misspelt =
        YamlDocuments.read(text.replace("appProtocol", "applicationProtocol")).get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> validate(misspelt))
        .withMessageContaining("applicationProtocol");
  }

  @Test
  void whereSparkRunsIsReadFromItsConfiguration() {
    SparkConf conf = new SparkConf(false).set("spark.master", "local[2]");
    assertThat(SparkOnKubernetes.of(conf, "10.0.0.9")).isNull();
    conf.set("spark.master", "k8s://https://kubernetes.default").set("spark.app.id", "spark-1");
    assertThat(SparkOnKubernetes.of(conf, "10.0.0.9"))
        .isEqualTo(new SparkOnKubernetes("default", "spark-1", "10.0.0.9", false));
    conf.set("spark.kubernetes.namespace", "jobs").set("spark.kubernetes.submitInDriver", "true");
    assertThat(SparkOnKubernetes.of(conf, "10.0.0.9"))
        .isEqualTo(new SparkOnKubernetes("jobs", "spark-1", "10.0.0.9", true));
  }
}
