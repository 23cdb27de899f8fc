package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What every mode owes an HTTP client, over real sockets. A mode extends this class and names its
 * format; the tests themselves stand in the interfaces.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
public abstract class ServingContractTest
    implements AnswerContract,
        FunctionContract,
        RequestContract,
        TextContract,
        ValueContract,
        SessionContract,
        BodyContract,
        BranchContract,
        ConnectionContract,
        ParametersContract,
        RecordsContract,
        ReplyContract,
        ListenerContract,
        RootContract,
        HealthContract,
        DrainContract,
        AccessContract,
        RateLimitContract,
        LogFloodContract,
        MannersContract,
        TransportContract,
        MetricsContract,
        DescriptionContract,
        SecretsContract {

  /** Enough for tasks that are held up not to hold up others. */
  private static final int CORES_EACH = 4;

  private SparkSession spark;

  /** The format name of the mode. */
  protected abstract String format();

  /** Reader options that the mode needs. */
  protected Map<String, String> readerOptions() {
    return Map.of();
  }

  /** Writer options that the mode needs. */
  protected Map<String, String> writerOptions() {
    return Map.of();
  }

  /** The trigger, where the mode needs one. */
  protected Optional<Trigger> trigger() {
    return Optional.empty();
  }

  protected String outputMode() {
    return "append";
  }

  /** Settings of Spark that the mode needs. */
  protected Map<String, String> settings() {
    return Map.of();
  }

  /** Executors of a cluster to run on; none for local mode. */
  protected int executors() {
    return 0;
  }

  /** Servers of a service. */
  protected int servers() {
    return 1;
  }

  @BeforeAll
  void startSpark() throws IOException {
    Path folder = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
    String checkpoints = Files.createTempDirectory(folder, "checkpoints").toString();
    Map<String, String> all = new HashMap<>(settings());
    all.put("spark.sql.streaming.checkpointLocation", checkpoints);
    all.put("spark.ui.enabled", "true");
    all.put("spark.ui.port", "0");
    // The strictest that users set: a class that Kryo is not told of fails the task.
    all.put("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    all.put("spark.kryo.registrationRequired", "true");
    if (executors() == 0) {
      spark = SparkSessions.start("local[4]", all);
    } else {
      all.put("spark.plugins", Probes.class.getName());
      spark = ExecutorCluster.start(executors(), CORES_EACH, all);
    }
  }

  @AfterAll
  void stopSpark() {
    spark.stop();
  }

  @Override
  public SparkSession spark() {
    return spark;
  }

  @Override
  public LiveService serve(ServiceSpec spec) throws Exception {
    DataStreamWriter<Row> writer =
        rows(spec)
            .writeStream()
            .format(format())
            .outputMode(outputMode())
            .option("name", spec.name())
            .options(writerOptions())
            .options(spec.writerOptions());
    trigger().ifPresent(writer::trigger);
    return listening(spec, writer.start());
  }

  @Override
  public LiveService serveBatches(ServiceSpec spec, VoidFunction2<Dataset<Row>, Long> eachBatch)
      throws Exception {
    return listening(spec, rows(spec).writeStream().foreachBatch(eachBatch).start());
  }

  private LiveService listening(ServiceSpec spec, StreamingQuery query) throws Exception {
    try {
      return new LiveService(spec, query, awaitPort(spec, query));
    } catch (Exception | AssertionError e) {
      query.stop();
      throw e;
    }
  }

  private Dataset<Row> rows(ServiceSpec spec) {
    Dataset<Row> requests =
        spark
            .readStream()
            .format(format())
            .option("host", "localhost")
            .option("port", "0")
            .option("path", spec.api())
            .options(readerOptions())
            .options(spec.readerOptions())
            .load();
    return spec.pipeline().apply(requests);
  }

  /** Some modes listen only once their first tasks run. */
  private int awaitPort(ServiceSpec spec, StreamingQuery query) {
    List<ServiceInfo> servers =
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreException(IllegalArgumentException.class)
            .failFast(
                () ->
                    assertThat(query.isActive())
                        .withFailMessage(() -> "The query ended: " + query.exception())
                        .isTrue())
            .until(() -> Serving.serviceInfo(spec.name()), found -> found.size() == servers());
    // Of executors on one machine, one has the port that was asked for.
    return servers.stream().mapToInt(ServiceInfo::port).min().orElseThrow();
  }
}
