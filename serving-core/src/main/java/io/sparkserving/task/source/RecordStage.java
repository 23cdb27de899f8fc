package io.sparkserving.task.source;

import io.sparkserving.exchange.ReplyPlace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes a row of each record, one after the other as they are asked for, where Spark has no other
 * way to make several rows of one. The rows that come end with an array of records; in its place,
 * the rows that go on have a position, how many records there are, and the record.
 */
public final class RecordStage implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final int id;

  /**
   * @param id index of the column with the source's id
   */
  public RecordStage(int id) {
    this.id = id;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> requests) {
    return new Records(requests, id, HeldRows.of(TaskContext.get()));
  }

  private static final class Records implements Iterator<Row> {
    private final Iterator<Row> requests;
    private final int id;
    private final HeldRows held;
    private Iterator<Row> records = Collections.emptyIterator();
    private HeldRows.@Nullable Key current;

    Records(Iterator<Row> requests, int id, HeldRows held) {
      this.requests = requests;
      this.id = id;
      this.held = held;
    }

    @Override
    public boolean hasNext() {
      if (!records.hasNext()) {
        if (current != null) {
          held.remove(current);
          current = null;
        }
        begin();
      }
      return records.hasNext();
    }

    private void begin() {
      if (requests.hasNext()) {
        Row request = requests.next();
        current = key(request.getStruct(id));
        if (current != null) {
          held.add(current);
        }
        records = records(request).iterator();
      }
    }

    private static HeldRows.@Nullable Key key(@Nullable Row id) {
      if (id == null || id.isNullAt(0) || id.isNullAt(1)) {
        return null;
      }
      ReplyPlace place = ReplyPlace.parse(id.getString(1));
      return place == null ? null : new HeldRows.Key(id.getString(0), place.requestId());
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return records.next();
    }

    /** One row at least. */
    private static List<Row> records(Row request) {
      int last = request.length() - 1;
      if (request.isNullAt(last)) {
        return List.of(row(request, null, null, null));
      }
      List<Object> values = request.getList(last);
      List<Row> rows = new ArrayList<>(values.size());
      for (int i = 0; i < values.size(); i++) {
        rows.add(row(request, i, values.size(), values.get(i)));
      }
      return rows.isEmpty() ? List.of(row(request, null, null, null)) : rows;
    }

    private static Row row(
        Row request, @Nullable Integer position, @Nullable Integer count, @Nullable Object record) {
      int kept = request.length() - 1;
      Object[] values = new Object[kept + 3];
      for (int i = 0; i < kept; i++) {
        values[i] = request.get(i);
      }
      values[kept] = position;
      values[kept + 1] = count;
      values[kept + 2] = record;
      return RowFactory.create(values);
    }
  }
}
