package io.sparkserving.columns;

import io.sparkserving.schema.ServingSchemas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Rows as a serving source gives them; request ids count from 0. */
public final class RequestDataset {

  private static final StructType SCHEMA =
      new StructType().add("id", ServingSchemas.ID).add("request", ServingSchemas.REQUEST);

  private final List<Row> rows = new ArrayList<>();

  public static Dataset<Row> of(@Nullable String... bodies) {
    RequestDataset rows = new RequestDataset();
    for (String body : bodies) {
      rows.add(body == null ? null : body.getBytes(StandardCharsets.UTF_8), null);
    }
    return rows.toDataset();
  }

  public static Dataset<Row> of(byte[] body, @Nullable String contentType) {
    return new RequestDataset().add(body, contentType).toDataset();
  }

  public RequestDataset add(byte @Nullable [] body, @Nullable String contentType) {
    Row id = RowFactory.create("service", String.valueOf(rows.size()), 0);
    Row http11 = RowFactory.create("HTTP", 1, 1);
    Row requestLine = RowFactory.create("POST", "/api", http11);
    Row request = RowFactory.create(requestLine, List.of(), entity(body, contentType));
    rows.add(RowFactory.create(id, request));
    return this;
  }

  /** A request of any kind; the headers are names and values in turn. */
  public RequestDataset add(
      String method,
      String uri,
      byte @Nullable [] body,
      @Nullable String contentType,
      String... headers) {
    Row id = RowFactory.create("service", String.valueOf(rows.size()), 0);
    Row requestLine = RowFactory.create(method, uri, RowFactory.create("HTTP", 1, 1));
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      list.add(RowFactory.create(headers[i], headers[i + 1]));
    }
    rows.add(
        RowFactory.create(id, RowFactory.create(requestLine, list, entity(body, contentType))));
    return this;
  }

  public Dataset<Row> toDataset() {
    return LocalSpark.session().createDataFrame(rows, SCHEMA);
  }

  private static @Nullable Row entity(byte @Nullable [] body, @Nullable String contentType) {
    if (body == null) {
      return null;
    }
    Row type = contentType == null ? null : RowFactory.create("Content-Type", contentType);
    return RowFactory.create(body, null, (long) body.length, type, false, true, false);
  }
}
