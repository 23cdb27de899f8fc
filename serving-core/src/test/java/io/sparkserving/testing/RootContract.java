package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A service at {@code /}. */
interface RootContract extends ContractServices {

  @Test
  default void aServiceAtRootGetsWhatNoOtherServiceDoes() throws Exception {
    String port = Integer.toString(freePort());
    ServiceSpec inner = ServiceSpec.of("inner/api", Pipelines::echo).reading("port", port);
    try (LiveService root = serve(ServiceSpec.of("/", Pipelines::address).reading("port", port));
        LiveService other = serve(inner).sharingPort();
        RawHttp http = root.connect()) {
      for (String target : List.of("/", "/any", "/any/v1?x=y", "//", "/inner", "/inner/apis")) {
        assertThat(http.call(RawRequest.get(target)).text()).isEqualTo(target);
        assertThat(http.call(RawRequest.post(target, "x")).text()).isEqualTo(target);
      }
      assertThat(http.call(RawRequest.post(other.path(), "its own")).text()).isEqualTo("its own");
      assertThat(http.call(RawRequest.post("/inner/api/x", "too")).text()).isEqualTo("too");
      assertThat(Serving.serviceInfo("root").get(0).url())
          .isEqualTo("http://localhost:" + Serving.serviceInfo("root").get(0).port() + "/");
    }
  }

  @Test
  default void whatTellsOfAServiceAtRootIsStillThere() throws Exception {
    try (LiveService root = serve("/", Pipelines::address);
        RawHttp http = root.connect()) {
      assertThat(http.call(RawRequest.get("/")).text()).isEqualTo("/");
      assertThat(http.call(RawRequest.get("/livez")).status()).isEqualTo(200);
      assertThat(Json.of(http.call(RawRequest.get("/readyz"))).findValuesAsText("service"))
          .contains("root");
      assertThat(http.call(RawRequest.get("/metrics")).text()).contains("service=\"root\"");
      assertThat(http.call(RawRequest.get("/_serving/any")).status()).isEqualTo(404);
      assertThat(http.call(RawRequest.get("/docs")).text()).contains("<html");
      assertThat(Json.of(http.call(RawRequest.get("/openapi.json"))).at("/paths/~1/post"))
          .isNotEmpty();
      assertThat(root.state().accepted()).isEqualTo(1);
    }
  }

  @Test
  default void aServiceAtRootMayAskForTokens() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("/", Pipelines::address).reading("auth.tokens", "0123456789abcdef");
    try (LiveService root = serve(spec)) {
      RawResponse refused = root.call(RawRequest.get("/any"));
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.header("WWW-Authenticate").orElseThrow()).contains("realm=\"/\"");
      assertThat(root.call(RawRequest.get("/any").header("X-API-Key", "0123456789abcdef")).text())
          .isEqualTo("/any");
    }
  }
}
