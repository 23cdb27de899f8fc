package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may call. */
interface AccessContract extends ContractServices {

  @Test
  default void onlyWhoShowsATokenIsServedAndTheQueryDoesNotSeeIt() throws Exception {
    Path file = Files.createTempFile("tokens", ".txt");
    Files.writeString(file, "# of the file\nmineral-3333333333\n");
    ServiceSpec spec =
        ServiceSpec.of("guarded", Pipelines::mirror)
            .reading("auth.tokens", "animal-1111111111, plant-22222222222")
            .reading("auth.tokensFile", file.toString());
    try (LiveService service = serve(spec);
        RawHttp http = service.connect()) {
      RawRequest request = RawRequest.post("/guarded", "body");
      RawResponse stranger = http.call(request);
      Json.problem(stranger, 401);
      assertThat(stranger.header("WWW-Authenticate")).contains("Bearer realm=\"guarded\"");
      RawResponse impostor = http.call(request.header("Authorization", "Bearer animal-1111111112"));
      Json.problem(impostor, 401);
      assertThat(impostor.header("WWW-Authenticate").orElseThrow()).contains("invalid_token");
      Json.problem(http.call(request.header("Authorization", "Basic animal-1111111111")), 401);
      Json.problem(http.call(request.header("X-API-Key", "")), 401);
      assertServed(http.call(request.header("authorization", "bearer animal-1111111111")));
      assertServed(http.call(request.header("X-API-Key", "plant-22222222222")));
      assertServed(http.call(request.header("Authorization", "Bearer mineral-3333333333")));
      assertThat(http.call(RawRequest.get("/livez")).status()).isEqualTo(200);
      assertThat(service.state().accepted()).isEqualTo(3);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  default void noHeaderWithATokenReachesTheQuery() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("guarded", Pipelines::mirror)
            .reading("auth.tokens", "animal-1111111111, plant-22222222222");
    try (LiveService service = serve(spec);
        RawHttp http = service.connect()) {
      RawRequest request =
          RawRequest.post("/guarded", "body").header("X-API-Key", "plant-22222222222");
      for (RawRequest twice :
          List.of(
              request.header("Authorization", "Bearer animal-1111111111"),
              request.header("authorization", "bearer plant-22222222222"),
              request.header("Authorization", "Basic animal-1111111111"),
              request.header("x-api-key", "plant-22222222222"),
              request.header("X-API-Key", "wrong, animal-1111111111"),
              request
                  .header("Authorization", "Bearer animal-1111111111,Bearer animal-1111111111")
                  .header("X-API-Key", "animal-1111111111"))) {
        assertServed(http.call(twice));
      }
      RawResponse both =
          http.call(
              request
                  .header("Authorization", "Bearer animal-1111111111")
                  .header("Authorization", "Basic of-the-query")
                  .header("Authorization", "Bearer of-another-service"));
      assertServed(both);
      assertThat(both.text()).contains("Basic of-the-query", "Bearer of-another-service");
    }
  }

  private static void assertServed(RawResponse response) {
    assertThat(response.status()).as("%s", response).isEqualTo(200);
    assertThat(response.text()).contains("/guarded").doesNotContain("111111", "222222", "333333");
  }
}
