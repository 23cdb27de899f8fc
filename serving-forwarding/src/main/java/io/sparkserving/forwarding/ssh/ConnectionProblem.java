package io.sparkserving.forwarding.ssh;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import io.sparkserving.options.ForwardingConfiguration;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/** Says what is wrong with a connection, and what to do about it. */
final class ConnectionProblem {
  private ConnectionProblem() {}

  static IOException explain(
      ForwardingConfiguration configuration, SshCredentials credentials, JSchException e) {
    return isTimeout(e)
        ? tooSlow(configuration, e)
        : new IOException(text(configuration, credentials, e), e);
  }

  static IOException tooSlow(ForwardingConfiguration configuration, JSchException e) {
    return new IOException(
        ("no connection was made within %d ms (forwarding.timeout). Check forwarding.sshHost and"
                + " forwarding.sshPort, and firewalls on the way.")
            .formatted(configuration.timeout().toMillis()),
        e);
  }

  private static String text(
      ForwardingConfiguration configuration, SshCredentials credentials, JSchException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof JSchHostKeyException) {
      return ("its host key is not among the known ones (%s). If it is the right machine,"
              + " set forwarding.knownHosts to: %s")
          .formatted(message, credentials.hostKeys().lastMet());
    }
    if (e instanceof JSchAlgoNegoFailException) {
      return ("it allows no algorithm that is safe today (%s). Update its OpenSSH, or what"
              + " its sshd_config allows.")
          .formatted(message);
    }
    if (message.startsWith("Auth ") || message.startsWith("Too many authentication")) {
      return ("it does not let '%s' in with %s (%s). Add a public key that belongs to one of"
              + " them to ~/.ssh/authorized_keys of that user there, or set"
              + " forwarding.username, forwarding.keyDir or forwarding.keySas.")
          .formatted(configuration.username(), credentials.privateKeys(), message);
    }
    if (isCausedBy(e, UnknownHostException.class)) {
      return "its name is not known here. Check forwarding.sshHost.";
    }
    if (isCausedBy(e, ConnectException.class) || isCausedBy(e, NoRouteToHostException.class)) {
      return ("nothing listens there (%s). Check forwarding.sshHost and forwarding.sshPort,"
              + " that sshd runs, and firewalls on the way.")
          .formatted(message);
    }
    return "the connection failed (%s). Check that an SSH server listens there, and its log."
        .formatted(message);
  }

  private static boolean isTimeout(JSchException e) {
    return isCausedBy(e, SocketTimeoutException.class)
        || String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("timeout");
  }

  private static boolean isCausedBy(Throwable thrown, Class<? extends Throwable> kind) {
    for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  static IOException noPort(ForwardingConfiguration configuration, List<Integer> ports) {
    return new IOException(
        ("it forwards none of its ports %d to %d on '%s'. They are taken, or its sshd_config does"
                + " not allow it: AllowTcpForwarding has to be yes, and PermitListen unset. Free"
                + " some, or set forwarding.remotePortStart or forwarding.maxRetries.")
            .formatted(ports.get(0), ports.get(ports.size() - 1), configuration.bindAddress()));
  }
}
