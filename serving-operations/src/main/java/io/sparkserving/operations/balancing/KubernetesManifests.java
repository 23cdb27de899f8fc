package io.sparkserving.operations.balancing;

import io.sparkserving.server.ServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * Writes manifests for Kubernetes 1.21 or later. Where Spark made the pods, the Service selects
 * them by Spark's labels, and follows executors as they come and go. Where that cannot be, because
 * Spark runs elsewhere or the servers' ports differ, EndpointSlices list the servers.
 */
final class KubernetesManifests {
  private KubernetesManifests() {}

  static String write(BalancedService service) {
    SelectedPods pods = SelectedPods.find(service);
    return pods == null ? ListedServers.write(service) : pods.write(service);
  }

  /** Returns the warning that manifests begin with where pods cannot reach the servers. */
  static String notes(BalancedService service) {
    boolean loopback =
        service.servers().stream()
            .map(ServerAddress::inCluster)
            .anyMatch(ServerAddress::isLoopback);
    return loopback
        ? """
          #
          # WARNING: this service listens on localhost, which pods cannot reach. Set its option host to
          # 0.0.0.0.
          """
        : "";
  }

  /** Pods with Spark's labels, of which each has one server, and all on the same port. */
  record SelectedPods(SparkOnKubernetes spark, String role, int port) {
    static @Nullable SelectedPods find(BalancedService service) {
      SparkOnKubernetes spark = service.kubernetes();
      ServerInfo first = service.servers().get(0);
      if (spark == null
          || service.servers().stream().anyMatch(server -> server.port() != first.port())) {
        return null;
      }
      long onDriver =
          service.servers().stream()
              .filter(server -> spark.runsOnDriver(server.machineAddress()))
              .count();
      if (onDriver == 0) {
        return new SelectedPods(spark, "executor", first.port());
      }
      return onDriver == service.servers().size() && spark.driverIsPod()
          ? new SelectedPods(spark, "driver", first.port())
          : null;
    }

    String write(BalancedService service) {
      return """
          # Kubernetes, for the service '%1$s' in the pods of Spark's role %3$s.
          # Apply: kubectl apply -f FILE. Pods that come and go are followed without another apply.
          #
          # A pod that Spark calls running need not serve yet: an executor's server starts with its first
          # task. So give the pods this readiness probe when the job is submitted, with
          # spark.kubernetes.%3$s.podTemplateFile; without it clients meet refused connections while pods
          # start. It connects and sends no request, as a request would be a row of the query.
          #
          # apiVersion: v1
          # kind: Pod
          # spec:
          #   containers:
          #     - name: spark-kubernetes-%3$s
          #       readinessProbe:
          #         tcpSocket: { port: %5$s }
          #         periodSeconds: 2
          #         failureThreshold: 1
          #
          # Spark's id of the application is new in each run. For a Service that outlives the job, submit
          # with a label of your own, spark.kubernetes.%3$s.label.serves=%2$s, and select
          # { serves: %2$s, spark-role: %3$s } instead.
          #
          # A Service deals out connections, not requests: clients with few long-lived connections meet few
          # pods. To balance requests, put an ingress or gateway before it that knows the pods. It should
          # allow bodies of %7$s bytes, wait %8$ss for an answer, and send a request again only where no
          # connection came about.
          %9$sapiVersion: v1
          kind: Service
          metadata:
            name: %2$s
            namespace: %4$s
            labels:
              app.kubernetes.io/name: %2$s
              app.kubernetes.io/managed-by: spark-serving
          spec:
            selector:
              spark-role: %3$s
              spark-app-selector: %6$s
            ports:
              - name: http
                protocol: TCP
                appProtocol: %11$s
                port: %10$s
                targetPort: %5$s
          """
          .formatted(
              service.name(),
              service.identifier(),
              role,
              spark.namespace(),
              port,
              spark.applicationId(),
              service.bodyLimit(),
              service.answerTimeout().toSeconds(),
              notes(service),
              service.listenPort(),
              service.scheme());
    }
  }
}
