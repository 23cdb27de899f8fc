package io.sparkserving.format;

import io.sparkserving.checkpoint.LocalCheckpoints;
import io.sparkserving.driver.CheckpointUse;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.ServiceRegistry.Opener;
import io.sparkserving.driver.TestedSparks;
import io.sparkserving.driver.WantedSupervision;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.options.SinkConfiguration;
import io.sparkserving.task.source.SourceSchema;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A format to read requests and to write replies. Spark makes a new instance for each load and each
 * start and calls the instance on the user's thread, so whatever is wrong with the options shows
 * there.
 */
public abstract class ServingProvider implements TableProvider, DataSourceRegister {
  private final String format;
  private final Opener opener;
  private boolean reading;

  /**
   * @param format short name of the format
   * @param opener makes the servers of the format's services listen
   */
  protected ServingProvider(String format, Opener opener) {
    this.format = format;
    this.opener = opener;
  }

  /**
   * Makes the table to read requests from.
   *
   * @throws IllegalArgumentException for options that do not go together
   */
  protected abstract RequestTable requests(ServiceConfiguration configuration, SparkContext spark);

  /**
   * Makes the table to write replies to.
   *
   * @param schema columns of the query
   * @throws IllegalArgumentException if the id or reply column is missing or of another type
   */
  protected abstract ReplyTable replies(SinkConfiguration configuration, StructType schema);

  @Override
  public final String shortName() {
    return format;
  }

  /** Spark asks for a schema when it reads, and brings the query's own when it writes. */
  @Override
  public final StructType inferSchema(CaseInsensitiveStringMap options) {
    reading = true;
    return SourceSchema.of(ServiceConfiguration.parse(options));
  }

  @Override
  public final boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public final Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    CaseInsensitiveStringMap options = new CaseInsensitiveStringMap(properties);
    if (reading) {
      ServiceConfiguration configuration = ServiceConfiguration.parse(options);
      SparkContext spark = SparkContext.getOrCreate();
      TestedSparks.check(spark.version());
      RequestTable requests = requests(configuration, spark);
      if (configuration.fastLocalCheckpoints()) {
        LocalCheckpoints.avoidForks(spark);
      }
      PlanSecrets.hide(configuration, SparkSession.active().conf());
      ServiceRegistry.jvm().catalogue().declare(configuration, opener);
      return requests;
    }
    SinkConfiguration configuration = SinkConfiguration.parse(options);
    WantedSupervision.note(configuration, SparkContext.getOrCreate());
    ReplyTable replies = replies(configuration, schema);
    CheckpointUse.check(options, SparkSession.active());
    ServiceRegistry.jvm().prepare(replies.serviceName(), replies.apiTypes());
    return replies;
  }
}
