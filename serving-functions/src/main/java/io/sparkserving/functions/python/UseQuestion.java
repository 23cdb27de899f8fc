package io.sparkserving.functions.python;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ServiceEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Asks the driver whether a query still uses a function. */
@FunctionalInterface
interface UseQuestion {
  /** Where the question goes. */
  String PATH = "/uses";

  /** Does not wait for the answer. */
  CompletableFuture<FunctionUse> ask(Question question);

  /**
   * What is asked.
   *
   * @param driver who is asked
   * @param functionId of the function
   * @param queries Spark's ids of the queries whose tasks have used the function in this JVM
   */
  record Question(ServiceEndpoint driver, String functionId, Set<String> queries) {
    byte[] toBytes() {
      return (functionId + "\n" + String.join("\n", queries)).getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Asks by the internal channel. */
  static CompletableFuture<FunctionUse> byChannel(Question question) {
    return ChannelClient.jvm()
        .send(question.driver(), PATH, question.toBytes())
        .thenApply(answer -> FunctionUse.valueOf(new String(answer, StandardCharsets.UTF_8)));
  }
}
