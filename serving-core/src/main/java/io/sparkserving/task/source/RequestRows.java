package io.sparkserving.task.source;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.RequestMessage;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Makes rows of {@link SourceSchema} from requests; each field is made when it is read. */
public final class RequestRows {
  private static final UTF8String HTTP = UTF8String.fromString("HTTP");

  private final UTF8String serverId;
  private final int partition;
  private final SourceColumns columns;

  /**
   * @param serverId the server that holds the connections, for {@code originatingService}
   * @param partition the partition of the source, for {@code partitionId}
   * @param columns what rows have besides id and request
   */
  public RequestRows(String serverId, int partition, SourceColumns columns) {
    this.serverId = UTF8String.fromString(serverId);
    this.partition = partition;
    this.columns = columns;
  }

  /** Makes the row of one request, which shares the request's body. */
  public InternalRow row(DeliveredRequest request) {
    return new SourceRow(request);
  }

  private final class SourceRow extends OnDemandRow {
    private final transient DeliveredRequest request;

    private SourceRow(DeliveredRequest request) {
      this.request = request;
    }

    @Override
    public int numFields() {
      return columns.count();
    }

    @Override
    @Nullable Object value(int ordinal) {
      return switch (ordinal) {
        case 0 -> struct(serverId, UTF8String.fromString(Long.toString(request.id())), partition);
        case 1 -> new RequestRow(request.message());
        case 2 -> columns.timestamp() ? (Object) request.arrivalMicros() : caller();
        case 3 -> caller();
        default -> throw new IndexOutOfBoundsException(ordinal);
      };
    }

    private @Nullable UTF8String caller() {
      return UTF8String.fromString(request.message().caller());
    }
  }

  private static final class RequestRow extends OnDemandRow {
    private final transient RequestMessage message;

    private RequestRow(RequestMessage message) {
      this.message = message;
    }

    @Override
    public int numFields() {
      return 3;
    }

    @Override
    @Nullable Object value(int ordinal) {
      return switch (ordinal) {
        case 0 -> requestLine(message);
        case 1 -> headers(message.headers());
        case 2 -> message.body() == null ? null : new EntityRow(message, message.body());
        default -> throw new IndexOutOfBoundsException(ordinal);
      };
    }
  }

  private static final class EntityRow extends OnDemandRow {
    private final transient RequestMessage message;
    private final byte[] body;

    private EntityRow(RequestMessage message, byte[] body) {
      this.message = message;
      this.body = body;
    }

    @Override
    public int numFields() {
      return 7;
    }

    @Override
    @Nullable Object value(int ordinal) {
      return switch (ordinal) {
        case 0 -> body;
        case 1 -> firstHeader(message.headers(), "Content-Encoding");
        case 2 -> (long) body.length;
        case 3 -> firstHeader(message.headers(), "Content-Type");
        case 4 -> message.chunked();
        case 5 -> true;
        case 6 -> false;
        default -> throw new IndexOutOfBoundsException(ordinal);
      };
    }
  }

  private static InternalRow requestLine(RequestMessage message) {
    return struct(
        UTF8String.fromString(message.method()),
        UTF8String.fromString(message.uri()),
        struct(HTTP, message.majorVersion(), message.minorVersion()));
  }

  private static GenericArrayData headers(List<Header> headers) {
    Object[] rows = new Object[headers.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = header(headers.get(i));
    }
    return new GenericArrayData(rows);
  }

  private static @Nullable InternalRow firstHeader(List<Header> headers, String name) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        return header(header);
      }
    }
    return null;
  }

  private static InternalRow header(Header header) {
    return struct(UTF8String.fromString(header.name()), UTF8String.fromString(header.value()));
  }

  private static InternalRow struct(Object... values) {
    return new GenericInternalRow(values);
  }
}
