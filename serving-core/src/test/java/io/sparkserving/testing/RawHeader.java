package io.sparkserving.testing;

/** One header line, as sent or received. */
public record RawHeader(String name, String value) {}
