package io.sparkserving.functions.python;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/** What a worker is told when it starts: settings in JSON, then the pickled function. */
final class WorkerSettings {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WorkerSettings() {}

  /** Writes both, each after its length, and leaves the stream open. */
  static void write(PythonFunction function, Path socket, OutputStream out) throws IOException {
    writePart(json(function, socket).getBytes(StandardCharsets.UTF_8), out);
    writePart(function.command().bytes(), out);
    out.flush();
  }

  static String json(PythonFunction function, Path socket) throws JsonProcessingException {
    ObjectNode settings = (ObjectNode) JSON.readTree(function.settingsJson());
    settings.put("socket", socket.toString());
    settings.put("filesRoot", filesRoot());
    ArrayNode arguments = settings.putArray("arguments");
    for (StructField field : function.arguments().fields()) {
      ObjectNode argument = arguments.addObject();
      argument.put("name", field.name());
      argument.set("type", JSON.readTree(field.dataType().json()));
    }
    settings.set("returns", JSON.readTree(function.returns().json()));
    return JSON.writeValueAsString(settings);
  }

  /** Where Spark keeps the files that were added to the application; null outside of Spark. */
  private static @Nullable String filesRoot() {
    return SparkEnv.get() == null ? null : SparkFiles.getRootDirectory();
  }

  private static void writePart(byte[] bytes, OutputStream out) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putInt(bytes.length).array());
    out.write(bytes);
  }
}
