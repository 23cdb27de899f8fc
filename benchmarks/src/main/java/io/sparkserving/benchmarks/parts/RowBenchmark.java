package io.sparkserving.benchmarks.parts;

import static org.apache.spark.sql.functions.col;

import io.sparkserving.columns.ReplyMaking;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.schema.ServingSchemas;
import io.sparkserving.task.reply.ReplyRows;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.RequestRows;
import io.sparkserving.task.source.SourceColumns;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.StructType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a request to its row, and from a row to its reply. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RowBenchmark {
  private final DeliveredRequest request = new DeliveredRequest(1, 0, RequestParts.REQUEST);
  private final RequestRows rows =
      new RequestRows("my_api-0123456789abcdef", 0, new SourceColumns(false, false));
  private final UnsafeProjection copying =
      UnsafeProjection.create(
          new StructType().add("id", ServingSchemas.ID).add("request", ServingSchemas.REQUEST));
  private final UnsafeProjection replying = replying();
  private final InternalRow result = new GenericInternalRow(new Object[] {5L});
  private final UnsafeRow reply = replying.apply(result).copy();

  /** What the query of the hello world reads of a request's row: its id and its body. */
  @Benchmark
  public int rowAsHelloWorldReadsIt() {
    InternalRow row = rows.row(request);
    InternalRow id = row.getStruct(0, 3);
    byte[] body = row.getStruct(1, 3).getStruct(2, 7).getBinary(0);
    return id.getUTF8String(0).numBytes() + id.getUTF8String(1).numBytes() + body.length;
  }

  /** The whole of a request's row, copied, as the continuous trigger does. */
  @Benchmark
  public UnsafeRow rowCopiedWhole() {
    return copying.apply(rows.row(request));
  }

  /** The expression that {@code makeReply("fooLength")} is, from a number to a reply's row. */
  @Benchmark
  public UnsafeRow makeReply() {
    return replying.apply(result);
  }

  /** From a reply's row to what is sent. */
  @Benchmark
  public ReplyMessage replyRead() {
    return ReplyRows.toMessage(reply.getStruct(0, ReplyRows.fieldCount()));
  }

  /** As Spark itself would compile it. */
  private static UnsafeProjection replying() {
    SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate();
    try {
      Dataset<Row> numbers = spark.range(1).select(col("id").as("fooLength"));
      Dataset<Row> replies = ReplyMaking.makeReply(numbers, "fooLength", "reply").select("reply");
      Project plan =
          (Project)
              ((org.apache.spark.sql.classic.Dataset<Row>) replies)
                  .queryExecution()
                  .optimizedPlan();
      return UnsafeProjection.create(plan.expressions(), plan.child().output());
    } finally {
      spark.stop();
    }
  }
}
