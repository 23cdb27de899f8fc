package io.sparkserving.exchange;

/**
 * The answer to a request that a client may send again.
 *
 * @param key by which the client tells that a request is the same
 * @param digest of the request
 * @param reply what the client got, or would have got
 */
public record KeptAnswer(String key, String digest, ReplyMessage reply) {}
