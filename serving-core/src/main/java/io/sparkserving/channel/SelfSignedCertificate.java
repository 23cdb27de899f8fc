package io.sparkserving.channel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;

/**
 * Makes the certificate that TLS wants around a public key, for which the JDK has no public call.
 * It states nothing but the key: version 1 of X.509, signed by itself, valid at all times. Whoever
 * trusts it has to know it.
 */
final class SelfSignedCertificate {

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private static final byte[] ECDSA_WITH_SHA256_OID =
      HexFormat.of().parseHex("06082a8648ce3d040302");
  private static final byte[] COMMON_NAME_OID = HexFormat.of().parseHex("0603550403");

  private SelfSignedCertificate() {}

  /**
   * The certificate of a key pair on an elliptic curve.
   *
   * @param name of issuer and subject, as logs of TLS show it
   */
  static Certificate of(KeyPair keys, String name) throws GeneralSecurityException {
    byte[] algorithm = der(SEQUENCE, ECDSA_WITH_SHA256_OID);
    byte[] stated =
        der(
            SEQUENCE,
            der(INTEGER, new byte[] {1}),
            algorithm,
            distinguishedName(name),
            // RFC 5280: a certificate that has no end says 9999.
            der(
                SEQUENCE,
                text(UTC_TIME, "000101000000Z"),
                text(GENERALIZED_TIME, "99991231235959Z")),
            distinguishedName(name),
            keys.getPublic().getEncoded());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(stated);
    byte[] noUnusedBits = {0};
    byte[] certificate =
        der(SEQUENCE, stated, algorithm, der(BIT_STRING, noUnusedBits, signature.sign()));
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(certificate));
  }

  private static byte[] distinguishedName(String name) {
    return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME_OID, text(UTF8_STRING, name))));
  }

  private static byte[] text(int tag, String text) {
    return der(tag, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Tag, length, and the contents one after the other. */
  private static byte[] der(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] each : contents) {
      content.writeBytes(each);
    }
    int length = content.size();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    if (length >= 0x100) {
      all.write(0x82);
      all.write(length >> 8);
    } else if (length >= 0x80) {
      all.write(0x81);
    }
    all.write(length);
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }
}
