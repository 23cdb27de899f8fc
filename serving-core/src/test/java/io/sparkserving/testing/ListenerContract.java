package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several services, on one port or on their own. */
interface ListenerContract extends ContractServices {

  @Test
  default void servicesWithDifferentPathsShareAPort() throws Exception {
    String port = Integer.toString(freePort());
    ServiceSpec left = ServiceSpec.of("left_side", Pipelines::address).reading("port", port);
    ServiceSpec right = ServiceSpec.of("right_side", Pipelines::echo).reading("port", port);
    try (LiveService first = serve(left)) {
      try (LiveService second = serve(right).sharingPort();
          RawHttp http = first.connect()) {
        assertThat(second.port()).isEqualTo(first.port());
        assertThat(http.call(RawRequest.get("/left_side/x")).text()).isEqualTo("/left_side/x");
        assertThat(http.call(RawRequest.post("/right_side/x", "y")).text()).isEqualTo("y");
        Json.problem(http.call(RawRequest.get("/neither")), 404);
      }
      Json.problem(first.call(RawRequest.get("/right_side")), 404);
      assertThat(first.get("").status()).isEqualTo(200);
      try (LiveService again = serve(right).sharingPort()) {
        assertThat(again.post("back").text()).isEqualTo("back");
      }
    }
  }

  @Test
  default void aPortThatWasPickedFreelyCanBeShared() throws Exception {
    try (LiveService first = serve("picked", Pipelines::address);
        LiveService second =
            serve(
                    ServiceSpec.of("picked_too", Pipelines::address)
                        .reading("port", Integer.toString(first.port())))
                .sharingPort()) {
      assertThat(second.port()).isEqualTo(first.port());
      assertThat(first.get("").text()).isEqualTo("/picked");
      assertThat(second.get("").text()).isEqualTo("/picked_too");
    }
  }

  @Test
  default void theLongestPathWins() throws Exception {
    String port = Integer.toString(freePort());
    ServiceSpec outer = ServiceSpec.of("outer", Pipelines::address).reading("port", port);
    ServiceSpec inner = ServiceSpec.of("outer/inner", Pipelines::echo).reading("port", port);
    try (LiveService first = serve(outer);
        LiveService second = serve(inner).sharingPort()) {
      assertThat(first.call(RawRequest.post("/outer/other", "x")).text()).isEqualTo("/outer/other");
      assertThat(second.call(RawRequest.post("/outer/inner", "x")).text()).isEqualTo("x");
      assertThat(second.call(RawRequest.post("/outer/inner/y", "x")).text()).isEqualTo("x");
      assertThat(first.call(RawRequest.post("/outer/inners", "x")).text())
          .isEqualTo("/outer/inners");
    }
  }

  @Test
  default void serviceInfoTellsWhereAServiceListens() throws Exception {
    ServiceSpec spec = ServiceSpec.of("told", Pipelines::address).reading("name", "its name");
    try (LiveService service = serve(spec)) {
      List<ServiceInfo> servers = Serving.serviceInfo("its name");
      assertThat(servers)
          .allSatisfy(
              server -> {
                assertThat(server.name()).isEqualTo("its name");
                assertThat(server.path()).isEqualTo("told");
                assertThat(server.port()).isPositive();
                assertThat(server.forwardedAddress()).isNull();
                assertThat(server.machineAddress()).isNotEmpty();
              })
          .extracting(ServiceInfo::port)
          .doesNotHaveDuplicates()
          .contains(service.port());
      assertThat(Serving.serviceInfoJson("its name")).contains("\"port\":" + service.port());
      assertThat(service.get("").text()).isEqualTo("/told");
    }
  }

  @Test
  default void aSecondLiveServiceOfTheSameNameIsRefused() throws Exception {
    try (LiveService service = serve("twice", Pipelines::address)) {
      assertThatThrownBy(() -> serve("twice", Pipelines::address).close())
          .hasStackTraceContaining("twice")
          .hasStackTraceContaining("Cannot");
      assertThat(service.get("/still").text()).isEqualTo("/twice/still");
    }
  }

  @Test
  default void aSecondServiceOnTheSamePathOfAPortIsRefused() throws Exception {
    String port = Integer.toString(freePort());
    ServiceSpec spec = ServiceSpec.of("one_path", Pipelines::address).reading("port", port);
    try (LiveService service = serve(spec)) {
      assertThatThrownBy(() -> serve(spec.reading("name", "other name")).close())
          .hasStackTraceContaining("one_path")
          .hasStackTraceContaining("Cannot");
      assertThat(service.get("/still").text()).isEqualTo("/one_path/still");
    }
  }
}
