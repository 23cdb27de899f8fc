package io.sparkserving.forwarding.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.sparkserving.options.ForwardingConfiguration;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the gateway, which forwards one port until the connection is lost or closed.
 */
final class SshConnection {
  private static final Logger LOG = LoggerFactory.getLogger(SshConnection.class);
  private static final int UNANSWERED_KEEP_ALIVES = 3;

  private final Session session;
  private final String bindAddress;
  private final int port;
  private final String address;

  private SshConnection(Session session, ForwardingConfiguration configuration, int port) {
    this.session = session;
    this.bindAddress = configuration.bindAddress();
    this.port = port;
    this.address = configuration.sshHost() + ":" + port;
  }

  /**
   * Connects, logs in, and has the first port forwarded that can be had, all within the
   * configuration's timeout.
   *
   * @param ports of the gateway, in the order in which they are tried
   * @throws IOException saying why no connection is made, and what to do
   */
  static SshConnection open(
      ForwardingConfiguration configuration,
      SshCredentials credentials,
      ThreadFactory threads,
      List<Integer> ports,
      int localPort)
      throws IOException {
    Session session;
    try {
      session = prepare(configuration, credentials, threads);
    } catch (JSchException e) {
      throw new IOException("The connection cannot be prepared: " + e.getMessage(), e);
    }
    Deadline deadline = Deadline.in(configuration.timeout());
    try (deadline) {
      session.setSocketFactory(deadline);
      session.connect((int) configuration.timeout().toMillis());
      for (int port : ports) {
        if (forwards(session, configuration, port, localPort)) {
          return new SshConnection(session, configuration, port);
        }
      }
      throw ConnectionProblem.noPort(configuration, ports);
    } catch (JSchException e) {
      session.disconnect();
      throw deadline.isExpired()
          ? ConnectionProblem.tooSlow(configuration, e)
          : ConnectionProblem.explain(configuration, credentials, e);
    } catch (IOException | RuntimeException e) {
      session.disconnect();
      throw e;
    }
  }

  private static Session prepare(
      ForwardingConfiguration configuration, SshCredentials credentials, ThreadFactory threads)
      throws JSchException {
    JSch ssh = new JSch();
    ssh.setHostKeyRepository(credentials.hostKeys());
    for (PrivateKey key : credentials.privateKeys()) {
      key.addTo(ssh);
    }
    Session session =
        ssh.getSession(configuration.username(), configuration.sshHost(), configuration.sshPort());
    session.setThreadFactory(threads);
    session.setDaemonThread(true);
    // It is the repository that believes keys or not.
    session.setConfig("StrictHostKeyChecking", "yes");
    session.setConfig("PreferredAuthentications", "publickey");
    session.setServerAliveInterval((int) configuration.keepAlive().toMillis());
    session.setServerAliveCountMax(UNANSWERED_KEEP_ALIVES);
    return session;
  }

  private static boolean forwards(
      Session session, ForwardingConfiguration configuration, int port, int localPort)
      throws JSchException {
    try {
      session.setPortForwardingR(
          configuration.bindAddress(), port, configuration.localHost(), localPort);
      return true;
    } catch (JSchException e) {
      if (!session.isConnected()) {
        throw e;
      }
      LOG.debug("Port {} of gateway {} cannot be had", port, configuration.gateway(), e);
      return false;
    } finally {
      // The library wakes the thread that waits for its answer by an interrupt, perhaps too late.
      Thread.interrupted();
    }
  }

  /** Returns the port of the gateway. */
  int port() {
    return port;
  }

  /** Returns {@code host:port} of the gateway. */
  String address() {
    return address;
  }

  boolean isConnected() {
    return session.isConnected();
  }

  /** Gives the port back. */
  void close() {
    if (session.isConnected()) {
      try {
        session.delPortForwardingR(bindAddress, port);
      } catch (JSchException e) {
        LOG.debug("Cannot give back {}, which ends with the connection", address, e);
      }
    }
    session.disconnect();
  }
}
