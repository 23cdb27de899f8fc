package io.sparkserving.exchange;

import java.util.List;

/**
 * An HTTP reply as a query made it. Nobody may change {@code body} afterwards.
 *
 * @param status HTTP status code
 * @param headers in order, repeated ones too, Content-Type among them
 * @param body empty if there is none
 */
public record ReplyMessage(int status, List<Header> headers, byte[] body) {}
