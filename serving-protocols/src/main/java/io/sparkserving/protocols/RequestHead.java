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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request that notes, as its body passes by, what the reply has to repeat of it, or to heed: the
 * {@code id}, the names of the {@code outputs} that the client wants, and whether it wants bytes
 * behind the JSON. Keeps no more than that of the body, which may have come as gzip.
 */
final class RequestHead extends Request.Wrapper {
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final int ROOT = 1;
  private static final int OUTPUT = 3;
  private static final int MOST_OUTPUTS = 1_000;
  private static final String PARAMETERS = "parameters";

  private final @Nullable JsonParser parser;
  private final PassingBody passing;
  private boolean isOver;
  private int depth;

  /** The member of the whole that passes by, and of one of its outputs what is known of it. */
  private String member = "";

  private @Nullable String name;
  private @Nullable Boolean isWanted;

  private volatile @Nullable String id;
  private volatile List<String> outputs = List.of();
  private volatile boolean areAllBinary;
  private volatile Map<String, Boolean> areBinary = Map.of();

  /**
   * @param most bytes of a body that are looked at, inflated
   */
  RequestHead(Request wrapped, long most) {
    super(wrapped);
    parser = newParser();
    passing = PassingBody.of(wrapped.getHeaders(), most);
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

  /** The outputs that the client wants; empty if it wants all. */
  List<String> outputs() {
    return outputs;
  }

  /** Whether the client wants the bytes of an output behind the JSON. */
  boolean isBinary(String output) {
    return areBinary.getOrDefault(output, areAllBinary);
  }

  @Override
  public Content.Chunk read() {
    Content.Chunk chunk = super.read();
    if (chunk != null && !Content.Chunk.isFailure(chunk) && !isOver && parser != null) {
      note(parser, chunk.getByteBuffer().slice(), chunk.isLast());
    }
    return chunk;
  }

  private void note(JsonParser from, ByteBuffer arrived, boolean isLast) {
    try {
      passing.pass(arrived, (bytes, length) -> note(from, bytes, length));
    } catch (IOException e) {
      // Whoever reads the body says so.
      isOver = true;
    }
    isOver = isOver || isLast;
    if (isOver) {
      passing.end();
    }
  }

  private void note(JsonParser from, byte[] bytes, int length) throws IOException {
    if (isOver) {
      return;
    }
    ((ByteArrayFeeder) from.getNonBlockingInputFeeder()).feedInput(bytes, 0, length);
    JsonToken token = from.nextToken();
    while (token != null && token != JsonToken.NOT_AVAILABLE) {
      note(from, token);
      if (depth == 0) {
        // What follows the JSON is none.
        isOver = true;
        return;
      }
      token = from.nextToken();
    }
  }

  private void note(JsonParser from, JsonToken token) throws IOException {
    if (token.isStructStart()) {
      depth++;
    } else if (token.isStructEnd()) {
      depth--;
      if (depth == OUTPUT - 1 && token == JsonToken.END_OBJECT && member.equals("outputs")) {
        addOutput();
      }
    } else if (token == JsonToken.FIELD_NAME) {
      member = depth == ROOT ? from.currentName() : member;
    } else if (depth == ROOT && member.equals("id") && token.isScalarValue()) {
      id = token == JsonToken.VALUE_NULL ? null : from.getText();
    } else if (depth == ROOT + 1 && is(from, member, PARAMETERS, "binary_data_output")) {
      areAllBinary = token == JsonToken.VALUE_TRUE;
    } else if (depth == OUTPUT && is(from, member, "outputs", "name")) {
      name = from.getText();
    } else if (depth == OUTPUT + 1 && is(from, member, "outputs", "binary_data")) {
      boolean isParameter =
          PARAMETERS.equals(from.getParsingContext().getParent().getCurrentName());
      isWanted = isParameter ? Boolean.valueOf(token == JsonToken.VALUE_TRUE) : isWanted;
    }
  }

  private static boolean is(JsonParser from, String member, String of, String name)
      throws IOException {
    return member.equals(of) && name.equals(from.currentName());
  }

  /** Notes the output that has passed by. */
  private void addOutput() {
    String output = name;
    if (output != null && outputs.size() < MOST_OUTPUTS) {
      List<String> names = new ArrayList<>(outputs);
      names.add(output);
      outputs = List.copyOf(names);
      if (isWanted != null) {
        Map<String, Boolean> wanted = new HashMap<>(areBinary);
        wanted.put(output, isWanted);
        areBinary = Map.copyOf(wanted);
      }
    }
    name = null;
    isWanted = null;
  }
}
