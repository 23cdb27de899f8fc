package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Replies as JSON. */
final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The JSON of a 200. */
  static JsonNode of(RawResponse response) throws JsonProcessingException {
    assertThat(response.status()).as("status of %s", response).isEqualTo(200);
    return MAPPER.readTree(response.text());
  }

  /** Checks that the response is an RFC 9457 problem of this status, and gives its detail. */
  static String problem(RawResponse response, int status) throws JsonProcessingException {
    assertThat(response.status()).as("status of %s", response).isEqualTo(status);
    assertThat(response.header("Content-Type")).contains("application/problem+json");
    JsonNode problem = MAPPER.readTree(response.text());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("type").asText()).isNotEmpty();
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).isNotEmpty();
    return problem.path("detail").asText();
  }
}
