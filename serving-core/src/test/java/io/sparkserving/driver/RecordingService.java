package io.sparkserving.driver;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service without servers, which notes what it is told. */
public class RecordingService extends RunningService {
  /** Such as {@code begin 1} or {@code close}. */
  public final List<String> told = new CopyOnWriteArrayList<>();

  /** What tasks of earlier terms hold. */
  public volatile int held;

  public RecordingService(ServiceConfiguration configuration) {
    super(configuration);
  }

  /** A configuration on any free port. */
  public static ServiceConfiguration configuration(String name, Map<String, String> options) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(Map.of("port", "0", "path", name));
    all.putAll(options);
    return ServiceConfiguration.parse(all);
  }

  @Override
  public List<ServerInfo> servers() {
    return List.of();
  }

  @Override
  public List<ServiceEndpoint> endpoints() {
    return List.of();
  }

  @Override
  protected void beginTerm(long term) {
    told.add("begin " + term);
  }

  @Override
  protected void settle(long term, long lastBatch) {
    told.add("settle " + term + " " + lastBatch);
  }

  @Override
  protected void drain(long term) {
    told.add("drain " + term);
  }

  @Override
  protected int refuse(long term) {
    told.add("refuse " + term);
    return held;
  }

  @Override
  protected void release(long term) {
    told.add("release " + term);
  }

  @Override
  protected int held(long beforeTerm) {
    return held;
  }

  @Override
  protected long answers() {
    return 0;
  }

  @Override
  public CompletableFuture<List<ServerStatus>> serverStatus() {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  protected void halt() {
    told.add("halt");
  }

  @Override
  protected void close() {
    told.add("close");
  }
}
