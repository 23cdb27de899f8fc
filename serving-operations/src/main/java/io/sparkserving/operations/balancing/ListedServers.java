package io.sparkserving.operations.balancing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A Kubernetes Service whose servers are listed, wherever they run. */
final class ListedServers {
  private static final int MOST_IN_ONE_SLICE = 1000;

  /** What all endpoints of one slice have in common. */
  private record SliceKey(String addressType, int port) implements Comparable<SliceKey> {
    @Override
    public int compareTo(SliceKey other) {
      return Comparator.comparing(SliceKey::addressType)
          .thenComparingInt(SliceKey::port)
          .compare(this, other);
    }
  }

  private ListedServers() {}

  static String write(BalancedService service) {
    StringBuilder manifests = new StringBuilder(head(service));
    slices(service)
        .forEach(
            (key, addresses) -> {
              for (int from = 0; from < addresses.size(); from += MOST_IN_ONE_SLICE) {
                int to = Math.min(addresses.size(), from + MOST_IN_ONE_SLICE);
                manifests.append(
                    slice(service, key, from / MOST_IN_ONE_SLICE, addresses.subList(from, to)));
              }
            });
    return manifests.toString();
  }

  private static Map<SliceKey, List<ServerAddress>> slices(BalancedService service) {
    return service.addresses(server -> resolved(ServerAddress.inCluster(server))).stream()
        .collect(
            Collectors.groupingBy(
                address -> new SliceKey(address.isIpv4() ? "IPv4" : "IPv6", address.port()),
                TreeMap::new,
                Collectors.toList()));
  }

  /** EndpointSlices take no names that a cluster's proxies would follow. */
  private static ServerAddress resolved(ServerAddress address) {
    if (!address.isName()) {
      return address;
    }
    try {
      String found = InetAddress.getByName(address.host()).getHostAddress();
      return new ServerAddress(found.replaceAll("%.*", ""), address.port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(
          "Cannot list server %s for Kubernetes: its name has no address here.".formatted(address),
          e);
    }
  }

  private static String head(BalancedService service) {
    return """
        # Kubernetes, for the service '%1$s', whose servers are listed one by one: they are not in pods of
        # Spark's making, or not all on one port. (Servers on one port in pods that Spark makes, which
        # carry spark-role=executor, would be selected by that label.)
        # Apply: kubectl apply -f FILE. When servers came or went, write and apply it anew, with
        #   --prune -l app.kubernetes.io/name=%2$s --prune-allowlist=discovery.k8s.io/v1/EndpointSlice
        # so that slices that are gone from the file go from the cluster.
        #
        # Nothing probes listed servers, so until then clients meet refused connections to those that are
        # gone. A Service deals out connections, not requests. Where either matters, let nginx, HAProxy or
        # Envoy balance, with the configuration that there is for them.
        %3$sapiVersion: v1
        kind: Service
        metadata:
          name: %2$s
          labels:
            app.kubernetes.io/name: %2$s
            app.kubernetes.io/managed-by: spark-serving
        spec:
          ports:
            - name: http
              protocol: TCP
              appProtocol: %5$s
              port: %4$s
        """
        .formatted(
            service.name(),
            service.identifier(),
            KubernetesManifests.notes(service),
            service.listenPort(),
            service.scheme());
  }

  private static String slice(
      BalancedService service, SliceKey key, int number, List<ServerAddress> addresses) {
    return """
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: %1$s-%2$s-%3$s-%4$s
          labels:
            kubernetes.io/service-name: %1$s
            endpointslice.kubernetes.io/managed-by: spark-serving
            app.kubernetes.io/name: %1$s
        addressType: %5$s
        ports:
          - name: http
            protocol: TCP
            appProtocol: %7$s
            port: %3$s
        endpoints:
        %6$s
        """
        .formatted(
            service.identifier(),
            key.addressType().toLowerCase(Locale.ROOT),
            key.port(),
            number,
            key.addressType(),
            addresses.stream()
                .map(address -> "  - addresses: [\"%s\"]".formatted(address.host()))
                .collect(Collectors.joining("\n")),
            service.scheme());
  }
}
