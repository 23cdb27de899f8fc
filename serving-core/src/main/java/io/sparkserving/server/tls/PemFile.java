package io.sparkserving.server.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in a PEM file (RFC 7468). Text around the blocks is left out. */
final class PemFile {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private PemFile() {}

  /**
   * Reads the certificates, in the order of the file.
   *
   * @throws GeneralSecurityException if there is no certificate, or one is broken
   */
  static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = blocks(pem);
    while (block.find()) {
      if (block.group(1).equals("CERTIFICATE")) {
        byte[] bytes = content(block);
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes)));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("there is no CERTIFICATE in it");
    }
    return certificates;
  }

  /**
   * Reads the private key.
   *
   * @param algorithm algorithm of the public key that belongs to the private one
   * @throws GeneralSecurityException if there is no key that can be read
   */
  static PrivateKey privateKey(byte[] pem, String algorithm) throws GeneralSecurityException {
    Matcher block = blocks(pem);
    while (block.find()) {
      if (block.group(1).equals("PRIVATE KEY")) {
        return KeyFactory.getInstance(algorithm)
            .generatePrivate(new PKCS8EncodedKeySpec(content(block)));
      }
      if (block.group(1).endsWith("PRIVATE KEY")) {
        throw new GeneralSecurityException(
            "it holds a key of the form %s; make it one that can be read with: openssl pkcs8 -topk8"
                    .formatted(block.group(1))
                + " -nodes -in FILE -out NEW_FILE");
      }
    }
    throw new GeneralSecurityException("there is no PRIVATE KEY in it");
  }

  private static Matcher blocks(byte[] pem) {
    return BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
  }

  private static byte[] content(Matcher block) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("its " + block.group(1) + " is no base64", e);
    }
  }
}
