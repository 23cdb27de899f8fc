package io.sparkserving.exchange;

import java.io.Serializable;

/** One HTTP header field. */
public record Header(String name, String value) implements Serializable {}
