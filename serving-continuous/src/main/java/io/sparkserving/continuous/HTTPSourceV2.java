package io.sparkserving.continuous;

import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.cluster.CoordinatedService;
import io.sparkserving.format.RequestTable;
import io.sparkserving.options.ServiceConfiguration;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.streaming.ContinuousStream;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;

/** The table of a service's requests, read without end. */
final class HTTPSourceV2 extends RequestTable {
  HTTPSourceV2(ServiceConfiguration configuration) {
    super(configuration);
  }

  @Override
  protected boolean isMapsOnly() {
    return true;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.MICRO_BATCH_READ, TableCapability.CONTINUOUS_READ);
  }

  /**
   * Starts a stream that takes requests in long batches, or by the real-time trigger: Spark tells
   * the stream a moment later which of the two the query has.
   */
  @Override
  protected MicroBatchStream startMicroBatches(QueryRun query) {
    ReaderPlans plans = plans(query);
    return RealTime.isSupported()
        ? new RealTimeMicroBatchStream(plans)
        : new LingeringMicroBatchStream(plans);
  }

  @Override
  protected ContinuousStream startContinuously(QueryRun query) {
    return new RequestContinuousStream(plans(query));
  }

  private ReaderPlans plans(QueryRun query) {
    Consumer consumer =
        ServiceRegistry.jvm()
            .attach(CoordinatedService.class, configuration(), CoordinatedService::open, query);
    return new ReaderPlans(SparkContext.getOrCreate(), consumer);
  }
}
