package io.sparkserving.head;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who gets to see the description of a service, and which. */
class HeadDescriptionTest {
  private static final String TOKEN = "swordfish-0123456789";
  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[2]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void theDocumentAsksForATokenWhereTheServiceDoesAndThePageDoesNot() throws Exception {
    Map<String, String> guarded = Map.of("auth.tokens", TOKEN, "methods", "POST");
    try (HeadService service = HeadService.start(spark, "guarded", guarded, HeadPipelines::echo);
        RawHttp http = RawHttp.connect(service.port())) {
      RawRequest document = RawRequest.get("/guarded/openapi.json");
      RawResponse refused = http.call(document);
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.header("WWW-Authenticate")).isPresent();
      RawResponse shown = http.call(document.header("Authorization", "Bearer " + TOKEN));
      assertThat(shown.status()).isEqualTo(200);
      assertThat(shown.text()).contains("\"bearer\"", "text/plain").doesNotContain(TOKEN);
      RawResponse page = http.call(RawRequest.get("/guarded/docs"));
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.header("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'; script-src 'self';");
      RawResponse beside = http.call(RawRequest.get("/guarded/docs/"));
      assertThat(beside.status()).isEqualTo(308);
      assertThat(beside.header("Location")).contains("../docs");
    }
  }

  @Test
  void theQueryGetsEveryPathOfAServiceThatIsNotToBeDescribed() throws Exception {
    Map<String, String> silent = Map.of("openapi", "false");
    try (HeadService service = HeadService.start(spark, "silent", silent, HeadPipelines::echo);
        RawHttp http = RawHttp.connect(service.port())) {
      for (String path : new String[] {"/silent/openapi.json", "/silent/docs/docs.js"}) {
        assertThat(http.call(getWithBody(path, "for the query")).text()).isEqualTo("for the query");
      }
    }
  }

  @Test
  void theQueryGetsWhatDoesNotGetTheDescriptionOrAFileOfThePage() throws Exception {
    try (HeadService service = HeadService.start(spark, "near", Map.of(), HeadPipelines::echo);
        RawHttp http = RawHttp.connect(service.port())) {
      for (RawRequest near :
          List.of(
              RawRequest.post("/near/openapi.json", "x"),
              RawRequest.post("/near/docs", "x"),
              getWithBody("/near/docs/17", "x"),
              getWithBody("/near/docs.js", "x"),
              getWithBody("/near/openapi.json/x", "x"))) {
        assertThat(http.call(near).text()).as("%s", near).isEqualTo("x");
      }
    }
  }

  @Test
  void aServiceWithAPathOfADescriptionGoesFirst() throws Exception {
    try (HeadService outer = HeadService.start(spark, "api", Map.of(), HeadPipelines::fooLength);
        RawHttp http = RawHttp.connect(outer.port())) {
      Map<String, String> samePort = Map.of("port", Integer.toString(outer.port()));
      RawRequest request = getWithBody("/api/docs", "inner");
      assertThat(http.call(request).text()).contains("swagger-ui-bundle.js");
      try (HeadService inner =
          HeadService.start(spark, "api/docs", samePort, HeadPipelines::echo)) {
        assertThat(inner.port()).isEqualTo(outer.port());
        assertThat(http.call(request).text()).isEqualTo("inner");
        assertThat(http.call(RawRequest.get("/api/docs/openapi.json")).text())
            .contains("\"/api/docs\"");
        assertThat(http.call(RawRequest.get("/api/openapi.json")).text()).contains("fooLength");
      }
      assertThat(http.call(request).text()).contains("swagger-ui-bundle.js");
    }
  }

  @Test
  void theDescriptionIsThatOfTheQueryThatHasTakenOver() throws Exception {
    Map<String, String> options = Map.of("takeover", "true");
    RawRequest document = RawRequest.get("/versioned/openapi.json");
    try (HeadService before =
            HeadService.start(spark, "versioned", options, HeadPipelines::fooLength);
        RawHttp http = RawHttp.connect(before.port())) {
      assertThat(http.call(document).text()).contains("fooLength");
      HeadService after = HeadService.start(spark, "versioned", options, HeadPipelines::echo);
      try (after) {
        assertThat(http.call(document).text()).contains("text/plain").doesNotContain("fooLength");
      }
    }
  }

  private static RawRequest getWithBody(String path, String body) {
    return RawRequest.get(path).body(body.getBytes(UTF_8));
  }
}
