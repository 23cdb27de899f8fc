package io.sparkserving.functions.python;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.driver.DriverEndpoints;
import io.sparkserving.exchange.Secret;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The functions of this driver, each for as long as a query or a data frame has it, and whether a
 * query uses it; executors ask. A per-JVM singleton. All threads may call all methods.
 */
final class DeclaredFunctions implements ChannelPeer {
  private static final DeclaredFunctions JVM = new DeclaredFunctions();

  static {
    ChannelPeers.add(JVM.id, JVM);
  }

  private final String id = "functions-" + Secret.randomName();
  private final Secret secret = Secret.random();
  private final ConcurrentMap<String, DeclaredFunction> byId = new ConcurrentHashMap<>();

  static DeclaredFunctions jvm() {
    return JVM;
  }

  /** Where executors ask, under TLS as services may want that of all messages. */
  ServiceEndpoint endpoint() {
    return DriverEndpoints.ofAllServices(id, secret);
  }

  boolean isEmpty() {
    return byId.isEmpty();
  }

  /**
   * Makes a function known.
   *
   * @param isActive whether a query, by Spark's id, goes on in the session of the function
   */
  void add(PythonFunction function, Predicate<String> isActive) {
    byId.values().removeIf(DeclaredFunction::isForgotten);
    byId.put(function.id(), new DeclaredFunction(function, isActive));
  }

  /** Returns a function with which a query is about to start. */
  @Nullable PythonFunction starting(String functionId) {
    DeclaredFunction declared = byId.get(functionId);
    return declared == null ? null : declared.starting();
  }

  /** Notes a query that has started with a function. */
  void started(String functionId, BooleanSupplier isActive) {
    DeclaredFunction declared = byId.get(functionId);
    if (declared != null) {
      declared.started(isActive);
    }
  }

  FunctionUse use(String functionId, List<String> queries) {
    DeclaredFunction declared = byId.get(functionId);
    return declared == null || declared.isForgotten() ? FunctionUse.ENDED : declared.use(queries);
  }

  @Override
  public Secret secret() {
    return secret;
  }

  @Override
  public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
    if (!path.equals(UseQuestion.PATH)) {
      throw new FileNotFoundException("Unknown path " + path);
    }
    List<String> ids = new String(message, StandardCharsets.UTF_8).lines().toList();
    FunctionUse use = use(ids.get(0), ids.subList(1, ids.size()));
    return CompletableFuture.completedFuture(use.name().getBytes(StandardCharsets.UTF_8));
  }
}
