package io.sparkserving.forwarding.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import io.sparkserving.options.ForwardingConfiguration;
import io.sparkserving.options.HostKeyChecking;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which host keys are believed. A key that was accepted unknown is known from then on, for
 * the life of this object.
 */
final class HostKeys implements HostKeyRepository {
  private static final Logger LOG = LoggerFactory.getLogger(HostKeys.class);
  private static final Pattern LINE =
      Pattern.compile("(^|\\s)(ssh|ecdsa|sk)-\\S+\\s+AAAA", Pattern.MULTILINE);

  private final HostKeyChecking checking;
  private final HostKeyRepository known;
  private volatile String lastMet = "none";

  private HostKeys(HostKeyChecking checking, HostKeyRepository known) {
    this.checking = checking;
    this.known = known;
  }

  /**
   * Loads the known keys that the options name.
   *
   * @throws IOException if the known keys cannot be read
   */
  static HostKeys load(ForwardingConfiguration configuration) throws IOException {
    JSch ssh = new JSch();
    String lines = "";
    Optional<String> given = configuration.knownHosts();
    if (given.isPresent()) {
      lines =
          LINE.matcher(given.get()).find()
              ? given.get()
              : Files.readString(readable(given.get()), StandardCharsets.UTF_8);
    }
    try {
      ssh.setKnownHosts(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    } catch (JSchException e) {
      throw new IOException("Cannot read forwarding.knownHosts: " + e.getMessage(), e);
    }
    return new HostKeys(configuration.hostKeyChecking(), ssh.getHostKeyRepository());
  }

  private static Path readable(String given) throws IOException {
    Path file = HomeFolder.path(given);
    if (!Files.isReadable(file)) {
      throw new IOException(
          "forwarding.knownHosts is neither a file that can be read on this machine, nor lines of"
              + " one as ssh-keyscan prints them: "
              + given);
    }
    return file;
  }

  /** Returns the last key that a gateway has shown, as a line of known hosts. */
  String lastMet() {
    return lastMet;
  }

  @Override
  public int check(String host, byte[] key) {
    HostKey met = parse(host, key);
    if (met != null) {
      lastMet = "%s %s %s".formatted(met.getHost(), met.getType(), met.getKey());
    }
    int answer = known.check(host, key);
    if (checking == HostKeyChecking.OFF) {
      return OK;
    }
    // A key of another type than the known one is not a new gateway's.
    boolean isNew = answer == NOT_INCLUDED && isEmpty(known.getHostKey(host, null));
    if (met != null && isNew && checking == HostKeyChecking.ACCEPT_NEW) {
      LOG.warn(
          "Accepting the unknown host key of a gateway; to pin it, set"
              + " forwarding.knownHosts to: {}",
          lastMet);
      known.add(met, null);
      return OK;
    }
    return answer;
  }

  private static boolean isEmpty(HostKey @Nullable [] keys) {
    return keys == null || keys.length == 0;
  }

  private static @Nullable HostKey parse(String host, byte[] key) {
    try {
      return new HostKey(host, key);
    } catch (JSchException e) {
      LOG.debug("Cannot read the host key of {}", host, e);
      return null;
    }
  }

  @Override
  public void add(HostKey key, UserInfo user) {
    known.add(key, user);
  }

  @Override
  public void remove(String host, String type) {
    known.remove(host, type);
  }

  @Override
  public void remove(String host, String type, byte[] key) {
    known.remove(host, type, key);
  }

  @Override
  public String getKnownHostsRepositoryID() {
    return "forwarding.knownHosts";
  }

  @Override
  public HostKey[] getHostKey() {
    return known.getHostKey();
  }

  @Override
  public HostKey[] getHostKey(String host, String type) {
    return known.getHostKey(host, type);
  }
}
