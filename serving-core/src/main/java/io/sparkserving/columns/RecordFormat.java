package io.sparkserving.columns;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * How the bodies of a protocol are read as records. Found as a Java service, by the name of the
 * protocol, wherever tasks run. All threads may call all methods.
 */
public interface RecordFormat {
  /** The protocol, as the option {@code protocol} names it. */
  String protocol();

  /**
   * Reads a body of JSON.
   *
   * @param text of the body
   * @param schema of a record; other members need not be in the records
   * @param most how many records there may be
   * @return an array of JSON objects, one for each record
   * @throws IllegalArgumentException saying what is wrong with the body, in a sentence
   */
  String records(String text, StructType schema, int most);

  /**
   * The header with the number of bytes of a body that are its text, where it has more; null if no
   * body of the protocol has more.
   */
  default @Nullable String textLengthHeader() {
    return null;
  }

  /**
   * Reads a body of JSON that other bytes may follow.
   *
   * @param text of the body
   * @param rest the bytes that follow, of this call alone
   * @param schema of a record; other members need not be in the records
   * @param most how many records there may be
   * @return an array of JSON objects, one for each record
   * @throws IllegalArgumentException saying what is wrong with the body, in a sentence
   */
  default String records(String text, ByteBuffer rest, StructType schema, int most) {
    return records(text, schema, most);
  }

  /**
   * Finds the format of a protocol.
   *
   * @throws IllegalStateException if no jar on the class path has it
   */
  static RecordFormat of(String protocol) {
    return Found.BY_PROTOCOL.computeIfAbsent(
        protocol,
        name ->
            ServiceLoader.load(RecordFormat.class, RecordFormat.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(format -> format.protocol().equals(name))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "Missing protocol '%s': put the jar serving-protocols on the class path."
                                .formatted(name))));
  }

  /** The formats that this JVM has used. */
  final class Found {
    private static final Map<String, RecordFormat> BY_PROTOCOL = new ConcurrentHashMap<>();

    private Found() {}
  }
}
