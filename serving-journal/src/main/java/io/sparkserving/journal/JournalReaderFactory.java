package io.sparkserving.journal;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.journal.JournalRecord.Request;
import io.sparkserving.journal.JournalTableProvider.JournalPartition;
import io.sparkserving.schema.ServingSchemas;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.RequestRows;
import io.sparkserving.task.source.SourceColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.jspecify.annotations.Nullable;

/** Makes, inside tasks, readers of what one server has written. */
record JournalReaderFactory() implements PartitionReaderFactory {
  private static final SourceColumns COLUMNS = new SourceColumns(true, false);

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition inputPartition) {
    JournalPartition partition = (JournalPartition) inputPartition;
    try {
      JournalFolder folder = JournalFolder.of(partition.folder(), HadoopJournals.hadoop());
      ServerLog log = folder.log(partition.generation(), partition.serverId());
      Aftermath aftermath = Aftermath.withReplies(log);
      log.rewind();
      return new Reader(partition, log, aftermath);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the journal " + partition.folder(), e);
    }
  }

  private static final class Reader implements PartitionReader<InternalRow> {
    private final JournalPartition partition;
    private final ServerLog log;
    private final Aftermath aftermath;
    private @Nullable Request current;
    private boolean withdrawn;

    private Reader(JournalPartition partition, ServerLog log, Aftermath aftermath) {
      this.partition = partition;
      this.log = log;
      this.aftermath = aftermath;
    }

    @Override
    public boolean next() throws IOException {
      JournalRecord record = log.next();
      while (record != null && !(record instanceof Request)) {
        record = log.next();
      }
      current = record instanceof Request request ? request : null;
      withdrawn = current != null && aftermath.isWithdrawn(current);
      return current != null;
    }

    @Override
    public InternalRow get() {
      Request request = current;
      if (request == null) {
        throw new IllegalStateException("Cannot get a row before next()");
      }
      InternalRow row =
          new RequestRows(partition.serverId(), request.partition(), COLUMNS)
              .row(new DeliveredRequest(request.id(), request.arrivalMicros(), request.message()));
      Aftermath.Told told = withdrawn ? null : aftermath.answers().get(request.id());
      ReplyMessage reply = told == null ? null : told.reply();
      return new GenericInternalRow(
          new @Nullable Object[] {
            row.getStruct(0, ServingSchemas.ID.size()),
            row.getStruct(1, ServingSchemas.REQUEST.size()),
            request.arrivalMicros(),
            request.takenMicros(),
            partition.generation(),
            request.batch(),
            withdrawn,
            reply == null ? null : reply.status(),
            reply == null ? null : reply.body()
          });
    }

    @Override
    public void close() throws IOException {
      log.close();
    }
  }
}
