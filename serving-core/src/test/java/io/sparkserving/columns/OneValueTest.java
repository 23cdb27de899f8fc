package io.sparkserving.columns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whether an object's end is found where a JSON reader finds it. */
class OneValueTest {
  private static final int TEXTS = 200_000;
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "\\",
    "\\\\",
    "\"a\":",
    "'b':",
    ",",
    "1",
    "\"}\"",
    "\"\\\"{\"",
    "{\"c\":[]}",
    " ",
    "\n",
    "null"
  };

  private static final ObjectMapper FIRST =
      new ObjectMapper().enable(JsonParser.Feature.ALLOW_SINGLE_QUOTES);
  private static final ObjectMapper WHOLE =
      FIRST.copy().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Test
  void whatFollowsAnObjectIsSeenAsAReaderOfJsonSeesIt() {
    Random random = new Random(1);
    OneValue oneObject = OneValue.function(JsonRoot.OBJECT);
    int whole = 0;
    int followed = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text = text(random);
      if (isReadBy(FIRST, text)) {
        boolean isWhole = isReadBy(WHOLE, text);
        assertThat(oneObject.call(text)).as(text).isEqualTo(isWhole);
        whole += isWhole ? 1 : 0;
        followed += isWhole ? 0 : 1;
      }
    }
    assertThat(whole).isGreaterThan(1_000);
    assertThat(followed).isGreaterThan(1_000);
  }

  @Test
  void whatIsNoObjectIsNone() {
    OneValue oneObject = OneValue.function(JsonRoot.OBJECT);

    assertThat(new String[] {null, "", "[{}]", " {}", "{", "{\"a\":\"", "{\"a\\\"}", "{\"}"})
        .noneMatch(oneObject::call);
  }

  /** Begins like an object, and most often ends like one. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder("{\"a\":");
    for (int pieces = random.nextInt(8); pieces > 0; pieces--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.append(random.nextBoolean() ? "1}" : "}").toString();
  }

  private static boolean isReadBy(ObjectMapper mapper, String text) {
    try {
      return mapper.readTree(text).isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
