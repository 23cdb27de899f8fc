package io.sparkserving.forwarding.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.forwarding.RunningForward;
import io.sparkserving.options.ForwardingConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one server reachable at a port of the gateway. One thread makes connections, looks four
 * times a second whether the connection is still there, and makes the next one.
 */
final class SshForward implements RunningForward {
  private static final Logger LOG = LoggerFactory.getLogger(SshForward.class);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(250);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(15);

  private final ForwardingConfiguration configuration;
  private final String service;
  private final int localPort;
  private final Consumer<Optional<String>> onChange;
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final ThreadFactory threads;
  private final ScheduledExecutorService thread;

  // Of the one thread.
  private @Nullable SshCredentials credentials;
  private OptionalInt lastPort = OptionalInt.empty();
  private Duration backoff = FIRST_BACKOFF;

  @GuardedBy("this")
  private @Nullable SshConnection connection;

  @GuardedBy("this")
  private boolean closed;

  private SshForward(
      ForwardingConfiguration configuration,
      String service,
      int localPort,
      Consumer<Optional<String>> onChange) {
    this.configuration = configuration;
    this.service = service;
    this.localPort = localPort;
    this.onChange = onChange;
    this.threads =
        task -> {
          Thread named = new Thread(task, "spark-serving-forwarding-" + service);
          named.setDaemon(true);
          return named;
        };
    this.thread = Executors.newSingleThreadScheduledExecutor(threads);
  }

  static SshForward start(
      ForwardingConfiguration configuration,
      String service,
      int localPort,
      Consumer<Optional<String>> onChange) {
    SshForward forward = new SshForward(configuration, service, localPort, onChange);
    forward.thread.execute(forward::begin);
    return forward;
  }

  private void begin() {
    try {
      connect();
      started.complete(null);
      lookAfter(LOOK);
    } catch (IOException | RuntimeException | Error e) {
      started.completeExceptionally(
          new IOException(
              "Cannot forward service '%s' by gateway %s: %s"
                  .formatted(service, configuration.gateway(), e.getMessage()),
              e));
    }
  }

  private void connect() throws IOException {
    if (credentials == null) {
      credentials = SshCredentials.load(configuration);
    }
    SshConnection made =
        SshConnection.open(configuration, credentials, threads, ports(), localPort);
    synchronized (this) {
      if (closed) {
        made.close();
        throw new IOException("The server has stopped.");
      }
      connection = made;
    }
    lastPort = OptionalInt.of(made.port());
    backoff = FIRST_BACKOFF;
    LOG.info(
        "Forwarding: service '{}' at {}, to {}:{}",
        service,
        made.address(),
        configuration.localHost(),
        localPort);
    onChange.accept(Optional.of(made.address()));
  }

  private List<Integer> ports() {
    return RemotePorts.toTry(
        lastPort, configuration.remotePortStart().orElse(localPort), configuration.maxRetries());
  }

  private void lookAfter(Duration wait) {
    try {
      Future<?> unused = thread.schedule(this::look, wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Forwarding of service '{}' has been closed", service, e);
    }
  }

  private void look() {
    Duration next = LOOK;
    try {
      if (isLost()) {
        connect();
      }
    } catch (IOException | RuntimeException | Error e) { // Else the thread looks no more.
      next = backoff;
      LOG.warn(
          "Cannot forward service '{}' by gateway {}, trying again in {} ms: {}",
          service,
          configuration.gateway(),
          next.toMillis(),
          e.getMessage());
      Duration doubled = backoff.multipliedBy(2);
      backoff = doubled.compareTo(LONGEST_BACKOFF) < 0 ? doubled : LONGEST_BACKOFF;
    }
    lookAfter(next);
  }

  private boolean isLost() {
    SshConnection lost;
    synchronized (this) {
      if (closed || (connection != null && connection.isConnected())) {
        return false;
      }
      lost = connection;
      connection = null;
    }
    if (lost != null) {
      lost.close();
      LOG.warn(
          "Lost the connection to gateway {} of service '{}'", configuration.gateway(), service);
      onChange.accept(Optional.empty());
    }
    return true;
  }

  @Override
  public CompletableFuture<Void> started() {
    return started;
  }

  @Override
  public synchronized Optional<String> address() {
    return connection == null ? Optional.empty() : Optional.of(connection.address());
  }

  @Override
  public void close() {
    SshConnection last;
    synchronized (this) {
      closed = true;
      last = connection;
      connection = null;
    }
    thread.shutdownNow();
    started.completeExceptionally(new IOException("The server has stopped."));
    if (last != null) {
      last.close();
      LOG.info("No longer forwarding: service '{}' at {}", service, last.address());
    }
  }
}
