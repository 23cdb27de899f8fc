package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is spoken on a service's port. */
interface TransportContract extends ContractServices {

  @Test
  default void aServiceSpeaksTlsOnItsPortAndNothingElse(@TempDir Path folder) throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "own");
    ServiceSpec spec = ServiceSpec.of("private", Pipelines::echo);
    for (Map.Entry<String, String> option : certificate.options().entrySet()) {
      spec = spec.reading(option.getKey(), option.getValue());
    }
    try (LiveService service = serve(spec);
        RawHttp http = RawHttp.connect(certificate.client(), service.port());
        RawHttp plain = service.connect()) {
      for (String body : new String[] {"one", "another", "x".repeat(100_000)}) {
        assertThat(http.call(RawRequest.post("/private", body)).text()).isEqualTo(body);
      }
      assertThat(Serving.serviceInfo("private"))
          .allSatisfy(server -> assertThat(server.url()).startsWith("https://localhost:"));
      plain.send(RawRequest.post("/private", "in the open"));
      assertThat(plain.saysHttp()).isFalse();
      assertThat(service.state().accepted()).isEqualTo(3);
    }
  }
}
