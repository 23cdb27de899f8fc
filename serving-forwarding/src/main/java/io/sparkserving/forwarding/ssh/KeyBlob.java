package io.sparkserving.forwarding.ssh;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobClientBuilder;
import com.azure.storage.blob.BlobUrlParts;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Downloads a private key from Azure Storage, by a SAS URL. */
final class KeyBlob {
  private static final Pattern EXPIRY = Pattern.compile("[?&]se=([^&]+)");
  private static final int TRIES = 2;
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** The library counts in whole seconds. */
  private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(1);

  private KeyBlob() {}

  /**
   * Returns the text of the key.
   *
   * @throws IOException saying why the key cannot be had; neither its text nor its causes have the
   *     URL, of which every part may be secret but the host
   */
  static byte[] download(String sas, Duration timeout) throws IOException {
    BlobUrlParts parts = parse(sas);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      client(sas, timeout)
          .downloadStreamWithResponse(
              text,
              new BlobRange(0, (long) PrivateKeys.MOST_BYTES),
              null,
              null,
              false,
              timeout.plus(PAUSE).multipliedBy(TRIES),
              Context.NONE);
    } catch (BlobStorageException e) {
      throw failed(sas, parts, "%d %s".formatted(e.getStatusCode(), e.getErrorCode()));
    } catch (RuntimeException e) {
      throw failed(sas, parts, e.getClass().getSimpleName());
    }
    return text.toByteArray();
  }

  private static BlobUrlParts parse(String sas) throws IOException {
    try {
      return BlobUrlParts.parse(sas);
    } catch (RuntimeException e) {
      throw new IOException("Invalid forwarding.keySas: it is not the URL of a blob.");
    }
  }

  private static BlobClient client(String sas, Duration timeout) {
    return new BlobClientBuilder()
        .endpoint(sas)
        .httpClient(new JdkHttpClientBuilder().connectionTimeout(timeout).build())
        .retryOptions(
            new RequestRetryOptions(
                RetryPolicyType.FIXED,
                TRIES,
                timeout.compareTo(LEAST_TIMEOUT) < 0 ? LEAST_TIMEOUT : timeout,
                PAUSE,
                PAUSE,
                null))
        .buildClient();
  }

  private static IOException failed(String sas, BlobUrlParts parts, String reason) {
    String advice =
        expiry(sas)
            .filter(expiry -> expiry.isBefore(OffsetDateTime.now(ZoneOffset.UTC)))
            .map(expiry -> "It has expired, at " + expiry + ": make a new one.")
            .orElse("Check that it is of a blob, allows reading, and was copied whole.");
    return new IOException(
        "The private key of forwarding.keySas cannot be downloaded from %s (%s). %s"
            .formatted(parts.getHost(), reason, advice));
  }

  /** The library has none where a stored access policy has it. */
  private static Optional<OffsetDateTime> expiry(String sas) {
    Matcher expiry = EXPIRY.matcher(sas);
    try {
      return expiry.find()
          ? Optional.of(
              OffsetDateTime.parse(URLDecoder.decode(expiry.group(1), StandardCharsets.UTF_8)))
          : Optional.empty();
    } catch (IllegalArgumentException | DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
