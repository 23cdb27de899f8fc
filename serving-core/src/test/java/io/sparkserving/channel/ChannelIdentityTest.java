package io.sparkserving.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

class ChannelIdentityTest {

  @Test
  void theCertificateStatesTheKeyAndIsSignedByIt() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();

    X509Certificate made = (X509Certificate) SelfSignedCertificate.of(keys, "somebody");

    made.verify(keys.getPublic());
    made.checkValidity();
    assertThat(made.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=somebody");
    assertThat(made.getIssuerX500Principal()).isEqualTo(made.getSubjectX500Principal());
  }

  @Test
  void everyChannelHasAKeyOfItsOwn() {
    assertThat(ChannelIdentity.create().fingerprint())
        .hasSize(64)
        .isNotEqualTo(ChannelIdentity.create().fingerprint());
  }
}
