package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How often one and the same may call. */
interface RateLimitContract extends ContractServices {

  @Test
  default void moreThanTheLimitFromOneAddressIsAnswered429BeforeTheBody() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("limited", Pipelines::mirror)
            .reading("rateLimit", "3/d")
            .reading("http2", "true");
    try (LiveService service = serve(spec);
        RawHttp http = service.connect();
        RawHttp2 http2 = RawHttp2.connect(service.port())) {
      RawRequest request =
          RawRequest.post("/limited", "body").header("X-Serving-Client", "192.0.2.9 0123456789");
      RawResponse first = http.call(request);
      assertWithin(first, 2);
      assertThat(first.text()).contains("/limited").doesNotContainIgnoringCase("serving-client");
      assertWithin(http.call(request), 1);
      assertThat(http2.post(1, "/limited", "body").readAnswers(1).get(0).isOk()).isTrue();

      RawResponse refused = http.call(request);
      Json.problem(refused, 429);
      assertThat(refused.header("RateLimit-Policy")).contains("\"default\";q=3;w=86400");
      assertThat(refused.header("RateLimit").orElseThrow()).startsWith("\"default\";r=0;t=2");
      String retryAfter = refused.header("Retry-After").orElseThrow();
      assertThat(Integer.parseInt(retryAfter)).isBetween(28_000, 28_800);
      RawHttp2.Answer over2 = http2.post(3, "/limited", "body").readAnswers(1).get(0);
      assertThat(over2.isOk()).isFalse();
      assertThat(over2.text()).contains("\"status\":429");
      try (RawHttp other = service.connect()) {
        // The answer comes though the body does not.
        other.send(RawRequest.post("/limited", "body").header("Expect", "100-continue").head());
        assertThat(other.read().status()).isEqualTo(429);
      }

      assertThat(http.call(RawRequest.get("/livez")).status()).isEqualTo(200);
      Samples samples = Samples.of(http.call(RawRequest.get("/metrics")));
      assertThat(samples.sum("spark_serving_rate_limited_total", "service=\"limited\""))
          .isEqualTo(3);
      assertThat(service.state().accepted()).isEqualTo(3);
    }
  }

  @Test
  default void eachCallerIsLimitedByItselfAndAWrongTokenCostsNobodyAnything() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("shared", Pipelines::echo)
            .reading(
                "auth.tokens",
                "zoo=animal-1111111111, zoo=animal-2222222222, plant-33333333333,"
                    + " mineral-4444444444")
            .reading("rateLimit", "2/day");
    try (LiveService service = serve(spec);
        RawHttp http = service.connect()) {
      RawRequest request = RawRequest.post("/shared", "body");
      for (int i = 0; i < 5; i++) {
        RawResponse stranger = http.call(request.header("X-API-Key", "animal-1111111112"));
        Json.problem(stranger, 401);
        assertThat(stranger.header("RateLimit")).isEmpty();
      }
      assertWithin(http.call(request.header("X-API-Key", "animal-1111111111")), 1);
      assertWithin(http.call(request.header("X-API-Key", "animal-2222222222")), 0);
      Json.problem(http.call(request.header("X-API-Key", "animal-1111111111")), 429);
      Json.problem(http.call(request.header("Authorization", "Bearer animal-2222222222")), 429);
      for (String unnamed : new String[] {"plant-33333333333", "mineral-4444444444"}) {
        assertWithin(http.call(request.header("X-API-Key", unnamed)), 1);
        assertWithin(http.call(request.header("X-API-Key", unnamed)), 0);
        Json.problem(http.call(request.header("X-API-Key", unnamed)), 429);
      }
      assertThat(service.state().accepted()).isEqualTo(6);
    }
  }

  private static void assertWithin(RawResponse response, int remaining) {
    assertThat(response.status()).as("%s", response).isEqualTo(200);
    assertThat(response.headers("RateLimit-Policy")).singleElement().asString().endsWith("w=86400");
    assertThat(response.headers("RateLimit"))
        .singleElement()
        .asString()
        .startsWith("\"default\";r=" + remaining + ";t=");
  }
}
