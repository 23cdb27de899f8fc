package io.sparkserving.task.reply;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.channel.ServiceEndpoints;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ReplyPlace;
import io.sparkserving.exchange.ServerExchanges;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings replies to the JVMs that hold the connections. Each task has one router, which the task's
 * thread uses, and threads on which stages read ahead. A reply to a connection of this JVM
 * completes its exchange at once; a reply to another JVM joins the replies that are on their way
 * there.
 */
public final class ReplyRouter {
  private static final Logger LOG = LoggerFactory.getLogger(ReplyRouter.class);
  private static final LimitedLog INVALID = LimitedLog.of(ReplyRouter.class);

  private final Map<String, ServiceEndpoint> endpoints = new ConcurrentHashMap<>();

  /** Who knows the servers that have come since the task began, by service. */
  private final Map<String, ServiceEndpoint> directories = new ConcurrentHashMap<>();

  private final Map<String, RemoteReplies> remotes = new ConcurrentHashMap<>();

  /** The endpoints learned last, as functions bring the same list along with every reply. */
  private volatile List<ServiceEndpoints> learned = List.of();

  /** Servers of this JVM that keep answers, and have got one. */
  private final Set<ServerExchanges> keeping = ConcurrentHashMap.newKeySet();

  private final AtomicLong routed = new AtomicLong();

  private volatile boolean sinks;

  private volatile boolean passesRowByRow;

  ReplyRouter() {}

  /**
   * Returns the router of the task that this thread runs.
   *
   * @param endpoints servers that the router may send to from now on, besides those it knows
   */
  public static ReplyRouter ofTask(List<ServiceEndpoints> endpoints) {
    return TaskRouters.current(endpoints);
  }

  /**
   * Returns the same router as {@link #ofTask}, which notes that the task has a sink, to which the
   * rows of its source come in one way only.
   */
  public static ReplyRouter ofSink(List<ServiceEndpoints> endpoints) {
    ReplyRouter router = ofTask(endpoints);
    router.sinks = true;
    return router;
  }

  /**
   * Returns the same router as {@link #ofSink}, which notes that the task's plan holds no row back.
   */
  public static ReplyRouter ofSinkRowByRow(List<ServiceEndpoints> endpoints) {
    ReplyRouter router = ofSink(endpoints);
    router.passesRowByRow = true;
    return router;
  }

  /**
   * Returns whether whatever comes of a row is written before the task asks its source for the next
   * one. Any thread may ask.
   */
  public static boolean passesRowByRow(TaskContext task) {
    ReplyRouter router = TaskRouters.find(task);
    return router != null && router.passesRowByRow;
  }

  /** Returns whether a task writes all replies with the sink. Any thread may ask. */
  public static boolean isOfSink(TaskContext task) {
    ReplyRouter router = TaskRouters.find(task);
    return router != null && router.sinks;
  }

  /**
   * Waits until every reply that a task has given to a server in another JVM has arrived there. Any
   * thread may call; the task may give others meanwhile.
   *
   * @throws IOException if replies could not be delivered
   */
  public static void awaitReplies(TaskContext task, String serverId) throws IOException {
    ReplyRouter router = TaskRouters.find(task);
    RemoteReplies replies = router == null ? null : router.remotes.get(serverId);
    if (replies != null) {
      replies.awaitAdded();
    }
  }

  /** Adds servers that the router may send to. */
  void learn(List<ServiceEndpoints> more) {
    if (more != learned) {
      more.forEach(this::learn);
      learned = more;
    }
  }

  private void learn(ServiceEndpoints service) {
    service.servers().forEach(endpoint -> endpoints.put(endpoint.serverId(), endpoint));
    if (service.directory() != null) {
      directories.put(service.service(), service.directory());
    }
  }

  /**
   * Sends a reply on its way, without waiting for it to arrive. A reply to a server that the task
   * does not know waits for the driver's word where that is. A reply to a service that has ended or
   * with an id that no source gave is dropped: nobody waits for it.
   *
   * @param serverId {@code originatingService} of the row's id
   * @param requestId {@code requestId} of the row's id
   * @throws IOException if earlier replies could not be delivered
   */
  public void route(String serverId, String requestId, ReplyMessage reply) throws IOException {
    ReplyPlace place = ReplyPlace.parse(requestId);
    if (place == null) {
      INVALID.warn(serverId, "Dropped a reply to {}: invalid requestId", serverId);
      return;
    }
    ServerExchanges local = LocalServers.find(serverId);
    if (local != null) {
      if (local.keepsAnswers()) {
        keeping.add(local);
      }
      local.answer(place, reply);
      return;
    }
    RemoteReplies remote = remotes.get(serverId);
    if (remote == null) {
      remote = open(serverId);
    }
    if (remote == null) {
      LOG.debug("Dropped a reply to {}: no such service now", serverId);
      return;
    }
    routed.incrementAndGet();
    remote.add(place, reply);
  }

  /** Begins to send to a server; null if nobody knows it. */
  private @Nullable RemoteReplies open(String serverId) {
    ServiceEndpoint endpoint = endpoints.get(serverId);
    if (endpoint != null) {
      return endpoint.channel() == null
          ? null
          : remotes.computeIfAbsent(serverId, id -> RemoteReplies.to(endpoint));
    }
    ServiceEndpoint directory = directories.get(ServerExchanges.serviceOf(serverId));
    return directory == null
        ? null
        : remotes.computeIfAbsent(
            serverId,
            id ->
                new RemoteReplies(
                    id,
                    () -> LaterServers.jvm().find(directory, id),
                    // The task may last, and meet any number of such ids.
                    () -> remotes.remove(id)));
  }

  /** How many replies the router has sent to other JVMs so far. */
  public long routed() {
    return routed.get();
  }

  /**
   * Waits until every reply has arrived, and is safe where answers are kept.
   *
   * @throws IOException if replies could not be delivered
   */
  public void flush() throws IOException {
    for (RemoteReplies remote : remotes.values()) {
      remote.flush();
    }
    for (ServerExchanges server : keeping) {
      ChannelClient.await(server.keptAnswersAreSafe().thenApply(safe -> new byte[0]));
    }
  }
}
