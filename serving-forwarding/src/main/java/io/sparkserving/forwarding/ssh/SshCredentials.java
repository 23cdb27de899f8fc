package io.sparkserving.forwarding.ssh;

import io.sparkserving.options.ForwardingConfiguration;
import java.io.IOException;
import java.util.List;

/**
 * The keys by which both sides are known. They are loaded once, so that a connection can be made
 * again when a SAS has expired.
 *
 * @param privateKeys of which the gateway is to know one
 * @param hostKeys that are believed to be the gateway's
 */
record SshCredentials(List<PrivateKey> privateKeys, HostKeys hostKeys) {
  static SshCredentials load(ForwardingConfiguration configuration) throws IOException {
    HostKeys hostKeys = HostKeys.load(configuration);
    return new SshCredentials(PrivateKeys.load(configuration), hostKeys);
  }
}
