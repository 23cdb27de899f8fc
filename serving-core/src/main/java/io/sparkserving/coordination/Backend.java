package io.sparkserving.coordination;

/**
 * One server behind a gateway.
 *
 * @param id what tells it from one that had its address before
 * @param host name or address, as the gateway's machine reaches it
 * @param port where it takes the requests of clients
 */
public record Backend(String id, String host, int port) {}
