package io.sparkserving.server.limits;

import io.sparkserving.exchange.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The header in which the gateway tells a server the address of a client, signed with the secret of
 * the service's run. Nobody else can make one, and one for an address is none for another. It
 * travels between the gateway and the server only. All threads may call all methods.
 */
public final class ClientMark {
  /** The name of the header. */
  public static final String HEADER = "X-Serving-Client";

  private static final String ALGORITHM = "HmacSHA256";

  /** So that no signature for another purpose is one of these. */
  private static final String PURPOSE = "client address ";

  private final SecretKeySpec key;

  /** Marks requests for servers with this secret, or knows their marks. */
  public ClientMark(Secret secret) {
    this.key = new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /**
   * Sets the header of a request to a server, in place of what the client has sent under its name.
   *
   * @param clientRequest as the gateway got it
   * @param headers of the request to the server
   */
  public void put(Request clientRequest, HttpFields.Mutable headers) {
    String address = directAddress(clientRequest);
    headers.put(HEADER, address + " " + signature(address));
  }

  /** The address of the client, whether or not the request has come through the gateway. */
  public String addressOf(Request request) {
    String marked = markedAddress(request.getHeaders().get(HEADER));
    return marked == null ? directAddress(request) : marked;
  }

  /** What a header says, null unless its signature is right. */
  private @Nullable String markedAddress(@Nullable String mark) {
    int end = mark == null ? -1 : mark.indexOf(' ');
    if (mark == null || end < 0) {
      return null;
    }
    String address = mark.substring(0, end);
    byte[] met = mark.substring(end + 1).getBytes(StandardCharsets.ISO_8859_1);
    byte[] expected = signature(address).getBytes(StandardCharsets.ISO_8859_1);
    return MessageDigest.isEqual(met, expected) ? address : null;
  }

  private static String directAddress(Request request) {
    return AddressBlock.of(request.getConnectionMetaData().getRemoteSocketAddress());
  }

  private String signature(String address) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return HexFormat.of()
          .formatHex(mac.doFinal((PURPOSE + address).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot sign the address of a client", e);
    }
  }
}
