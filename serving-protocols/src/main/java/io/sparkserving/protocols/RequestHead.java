package io.sparkserving.protocols;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request that notes, as its body passes by, what the reply has to repeat of it: the {@code id},
 * and the names of the {@code outputs} that the client wants. Keeps no more than that of the body.
 */
final class RequestHead extends Request.Wrapper {
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final int ROOT = 1;
  private static final int OUTPUT = 3;
  private static final int MOST_OUTPUTS = 1_000;

  private final @Nullable JsonParser parser;
  private boolean isOver;
  private int depth;
  private String member = "";
  private volatile @Nullable String id;
  private volatile @Nullable List<String> outputs;

  RequestHead(Request wrapped) {
    super(wrapped);
    parser = newParser();
  }

  private static @Nullable JsonParser newParser() {
    try {
      return FACTORY.createNonBlockingByteArrayParser();
    } catch (IOException e) {
      return null;
    }
  }

  /** The id of the request; null if it has none, or the body has not passed by. */
  @Nullable String id() {
    return id;
  }

  /** The outputs that the client wants; null if it wants all. */
  @Nullable List<String> outputs() {
    return outputs;
  }

  @Override
  public Content.Chunk read() {
    Content.Chunk chunk = super.read();
    if (chunk != null && !Content.Chunk.isFailure(chunk) && !isOver && parser != null) {
      note(parser, chunk.getByteBuffer().slice());
    }
    return chunk;
  }

  private void note(JsonParser from, ByteBuffer passing) {
    byte[] bytes = new byte[passing.remaining()];
    passing.get(bytes);
    try {
      ((ByteArrayFeeder) from.getNonBlockingInputFeeder()).feedInput(bytes, 0, bytes.length);
      JsonToken token = from.nextToken();
      while (token != null && token != JsonToken.NOT_AVAILABLE) {
        note(from, token);
        token = from.nextToken();
      }
    } catch (IOException e) {
      // Whoever parses the body says so.
      isOver = true;
    }
  }

  private void note(JsonParser from, JsonToken token) throws IOException {
    if (token.isStructStart()) {
      depth++;
    } else if (token.isStructEnd()) {
      depth--;
    } else if (token == JsonToken.FIELD_NAME) {
      if (depth == ROOT) {
        member = from.currentName();
        if (member.equals("outputs")) {
          outputs = List.of();
        }
      }
    } else if (depth == ROOT && member.equals("id") && token.isScalarValue()) {
      id = token == JsonToken.VALUE_NULL ? null : from.getText();
    } else if (depth == OUTPUT && member.equals("outputs") && "name".equals(from.currentName())) {
      addOutput(from.getText());
    }
  }

  private void addOutput(String name) {
    List<String> more = new ArrayList<>(outputs == null ? List.of() : outputs);
    if (more.size() < MOST_OUTPUTS) {
      more.add(name);
    }
    outputs = List.copyOf(more);
  }
}
