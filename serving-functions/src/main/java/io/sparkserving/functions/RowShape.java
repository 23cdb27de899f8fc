package io.sparkserving.functions;

import io.sparkserving.exchange.ReplyPlace;
import io.sparkserving.task.source.HeldRows;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * How the rows that a function gets and gives are made: the columns that go on, and after them the
 * struct of arguments, in whose place the value comes.
 *
 * @param kept number of columns that go on
 * @param id which of them is the source's id; -1 if none is
 */
record RowShape(int kept, int id) implements Serializable {

  /** The request of a row that came or goes on; null if the row names none. */
  HeldRows.@Nullable Key request(Row row) {
    Row request = id(row);
    if (request == null || request.isNullAt(0) || request.isNullAt(1)) {
      return null;
    }
    ReplyPlace place = ReplyPlace.parse(request.getString(1));
    return place == null ? null : new HeldRows.Key(request.getString(0), place.requestId());
  }

  /** The id of a row; null if there is none. */
  @Nullable Row id(Row row) {
    return id < 0 ? null : row.getStruct(id);
  }

  Row arguments(Row row) {
    return row.getStruct(kept);
  }

  Row with(Row row, @Nullable Object value) {
    Object[] values = new Object[kept + 1];
    for (int i = 0; i < kept; i++) {
      values[i] = row.get(i);
    }
    values[kept] = value;
    return RowFactory.create(values);
  }
}
