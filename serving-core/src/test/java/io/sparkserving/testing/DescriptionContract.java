package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** What a service tells of itself, on each of its servers. */
interface DescriptionContract extends ContractServices {

  @Test
  default void aServiceDescribesItselfAndHasAPageToTryIt() throws Exception {
    try (LiveService service = serve("v1/described", Pipelines::fooLength);
        RawHttp http = service.connect()) {
      RawResponse description = http.call(RawRequest.get("/v1/described/openapi.json"));
      JsonNode operation = Json.of(description).path("paths").path("/v1/described").path("post");
      assertThat(
              operation
                  .at("/requestBody/content/application~1json/schema/properties/foo/type")
                  .toString())
          .isEqualTo("[\"string\",\"null\"]");
      assertThat(
              operation
                  .at("/responses/200/content/application~1json/schema/properties/fooLength/format")
                  .textValue())
          .isEqualTo("int32");
      RawResponse page = http.call(RawRequest.get("/v1/described/docs"));
      assertThat(page.header("Content-Type")).contains("text/html; charset=utf-8");
      assertThat(page.text()).contains("\"docs/swagger-ui-bundle.js\"");
      RawResponse script = http.call(RawRequest.get("/v1/described/docs/swagger-ui-bundle.js"));
      assertThat(script.text()).contains("SwaggerUIBundle").hasSizeGreaterThan(1_000_000);
      assertThat(service.state().accepted()).isZero();
      assertThat(http.call(RawRequest.post("/v1/described/docs", "{\"foo\":\"four\"}")).text())
          .isEqualTo("{\"fooLength\":4}");
    }
  }
}
