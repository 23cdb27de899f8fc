package io.sparkserving.functions.batch;

import io.sparkserving.exchange.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a function has no value for a row.
 *
 * @param status HTTP status of the answer
 * @param kind name of the exception's class, {@code timeout}, {@code worker} or {@code setup}
 * @param detail what the client is told; null if that is for the log alone
 * @param headers headers of the answer
 */
public record Failure(int status, String kind, @Nullable String detail, List<Header> headers) {}
