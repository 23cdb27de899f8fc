package io.sparkserving.journal;

import io.sparkserving.journal.JournalFolder.Found;
import io.sparkserving.schema.ServingSchemas;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Format {@code serving-journal}: the requests of all journals at a folder or below it, as a table
 * for batch queries, with the answers that are kept.
 */
public final class JournalTableProvider implements TableProvider, DataSourceRegister {
  /** Columns: those of a service's rows first, so that the same functions take them. */
  static final StructType SCHEMA =
      new StructType()
          .add("id", ServingSchemas.ID)
          .add("request", ServingSchemas.REQUEST)
          .add("timestamp", DataTypes.TimestampType)
          .add("taken", DataTypes.TimestampType)
          .add("generation", DataTypes.LongType)
          .add("batch", DataTypes.LongType)
          .add("withdrawn", DataTypes.BooleanType)
          .add("status", DataTypes.IntegerType)
          .add("answer", DataTypes.BinaryType);

  /** Spark makes the provider. */
  public JournalTableProvider() {}

  @Override
  public String shortName() {
    return "serving-journal";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return SCHEMA;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    String path = new CaseInsensitiveStringMap(properties).get("path");
    if (path == null) {
      throw new IllegalArgumentException(
          "Missing path of a journal: give the folder of option journal to load(), or the"
              + " checkpoint's folder journal.");
    }
    return new JournalTable(path);
  }

  private record JournalTable(String path) implements SupportsRead {
    @Override
    public String name() {
      return "journal " + path;
    }

    @Override
    @SuppressWarnings(
        "deprecation") // Spark 3.5 asks for it, and later versions make columns of it.
    public StructType schema() {
      return SCHEMA;
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
      return () -> new JournalScan(path);
    }
  }

  private record JournalScan(String path) implements Scan, Batch {
    @Override
    public StructType readSchema() {
      return SCHEMA;
    }

    @Override
    public Batch toBatch() {
      return this;
    }

    @Override
    public InputPartition[] planInputPartitions() {
      try {
        Path root = new Path(path);
        Configuration hadoop = SparkSession.active().sparkContext().hadoopConfiguration();
        FileSystem files = root.getFileSystem(hadoop);
        if (!files.exists(root)) {
          throw new FileNotFoundException("There is no folder " + root);
        }
        List<InputPartition> partitions = new ArrayList<>();
        find(files, root, partitions);
        return partitions.toArray(InputPartition[]::new);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read the journal " + path, e);
      }
    }

    private static void find(FileSystem files, Path folder, List<InputPartition> found)
        throws IOException {
      JournalFolder journal = new JournalFolder(files, folder);
      for (long generation : journal.generations()) {
        for (List<Found> segments : journal.segments(generation).values()) {
          found.add(
              new JournalPartition(
                  files.makeQualified(folder).toString(),
                  generation,
                  segments.get(0).segment().serverId()));
        }
      }
      for (FileStatus each : files.listStatus(folder)) {
        if (each.isDirectory() && !JournalFolder.isGeneration(each.getPath())) {
          find(files, each.getPath(), found);
        }
      }
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
      return new JournalReaderFactory();
    }
  }

  /**
   * What one server has written in a generation.
   *
   * @param folder of the journal, as a URI
   */
  record JournalPartition(String folder, long generation, String serverId)
      implements InputPartition {}
}
