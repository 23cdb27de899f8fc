package io.sparkserving.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownOptionsTest {
  private static ServiceConfiguration parse(Map<String, String> options) {
    Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(options);
    return ServiceConfiguration.parse(anyCase);
  }

  private static ServiceConfiguration parseWith(String option, String value) {
    return parse(Map.of("port", "1", "path", "api", option, value));
  }

  @ParameterizedTest
  @CsvSource({
    "maxQueSize, maxQueueSize",
    "numpartition, numPartitions",
    "keySas, forwarding.keySas",
    "timeout, requestTimeout or drainTimeout or idleTimeout"
  })
  void anUnknownOptionIsRefusedWithTheNearest(String given, String nearest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parseWith(given, "7"))
        .withMessageContaining("Unsupported option '%s' (value '7')".formatted(given))
        .withMessageEndingWith("did you mean %s? docs/options.md has all.".formatted(nearest));
  }

  @Test
  void anUnknownOptionThatIsLikeNoneIsRefusedWithAll() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parseWith("colour", "blue"))
        .withMessageContaining("'colour' (value 'blue')")
        .withMessageContaining("expected one of host, port,");
  }

  @Test
  void optionsOfSynapseMlAreTakenWhereTheyMeanTheSame() {
    assertThat(parseWith("maxPartitions", "3").numPartitions()).hasValue(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parseWith("maxPartitions", "many"))
        .withMessageContaining("'numPartitions'");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                parse(
                    Map.of("port", "1", "path", "api", "maxPartitions", "3", "numPartitions", "3")))
        .withMessageContaining("'maxPartitions' beside 'numPartitions'");
  }

  @ParameterizedTest
  @CsvSource({
    "maxAttempts, maxPortAttempts",
    "handlerTimeout, requestTimeout",
    "handleResponseErrors, leave it out",
    "deployLoadBalancer, gateway.port"
  })
  void optionsOfSynapseMlThatAreOthersHereSayWhatToDo(String theirs, String ours) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parseWith(theirs, "10"))
        .withMessageContaining("Unsupported option '%s'".formatted(theirs))
        .withMessageContaining(ours);
  }
}
