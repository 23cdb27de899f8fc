package io.sparkserving.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Holds up, inside the query, the rows of requests whose address ends in {@code hold}, until it is
 * opened. Gates are found by name, as functions of a query carry no objects of the test; in
 * executors they are called from afar.
 */
final class Gate implements GateKeeper, AutoCloseable {

  static final String HELD = "/hold";

  private static final Map<String, Gate> GATES = new ConcurrentHashMap<>();

  private final String name;
  private final CountDownLatch open = new CountDownLatch(1);
  private final AtomicInteger held = new AtomicInteger();
  private final Queue<String> passing = new ConcurrentLinkedQueue<>();

  private Gate(String name) {
    this.name = name;
  }

  static Gate closed(String name) {
    Gate gate = new Gate(name);
    GATES.put(name, gate);
    return gate;
  }

  /** Answers every request with its own address, once the gate has let it pass. */
  Dataset<Row> pipeline(Dataset<Row> requests) {
    return Pipelines.text(requests, passed(functions.col("request.requestLine.uri")));
  }

  private Column passed(Column uri) {
    boolean local = SparkContext.getOrCreate().isLocal();
    Passing pass = new Passing(name, local ? null : (GateKeeper) LoopbackRemote.export(this));
    return functions.udf(pass, DataTypes.StringType).asNondeterministic().apply(uri);
  }

  /** The function in the query. */
  private record Passing(String gate, GateKeeper remote) implements UDF1<String, String> {
    @Override
    public String call(String uri) throws Exception {
      return (remote == null ? GATES.get(gate) : remote).pass(uri);
    }
  }

  @Override
  public String pass(String uri) throws InterruptedException {
    passing.add(uri);
    if (uri.endsWith(HELD)) {
      held.incrementAndGet();
      open.await(60, TimeUnit.SECONDS);
    }
    return uri;
  }

  /** Waits until a row is held here. */
  void awaitHeld() {
    await().atMost(Duration.ofSeconds(30)).until(() -> held.get() > 0);
  }

  /** Whether the query has computed a row of this address, or begun to. */
  boolean hasSeen(String uri) {
    return passing.contains(uri);
  }

  void open() {
    open.countDown();
  }

  @Override
  public void close() {
    open();
    LoopbackRemote.unexport(this);
  }
}
