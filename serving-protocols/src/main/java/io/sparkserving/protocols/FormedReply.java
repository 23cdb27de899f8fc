package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A body in the form of the protocol.
 *
 * @param body JSON, and the bytes that follow it
 * @param jsonLength bytes of the JSON, where others follow; -1 if the whole body is JSON
 */
record FormedReply(byte[] body, int jsonLength) {
  private static final int ALL = -1;

  static FormedReply json(byte[] json) {
    return new FormedReply(json, ALL);
  }

  static FormedReply json(JsonNode json) {
    return json(ProtocolJson.bytes(json));
  }

  boolean isJson() {
    return jsonLength == ALL;
  }
}
