package io.sparkserving.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One connection to an HTTP/1 server, over a plain socket, that sends whatever bytes it is told to.
 * One thread may send while another reads; otherwise it is for one thread. Reading gives up after
 * 30 seconds without a byte, unless told otherwise.
 */
public final class RawHttp implements AutoCloseable {

  private final Socket socket;
  private final InputStream input;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  public static RawHttp connect(int port) throws IOException {
    return connect("localhost", port);
  }

  public static RawHttp connect(String host, int port) throws IOException {
    return connect(new Socket(), host, port);
  }

  /** A connection that takes in little more than the given number of bytes before it is read. */
  public static RawHttp connectWithReceiveBuffer(int port, int bytes) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(bytes);
    return connect(socket, "localhost", port);
  }

  /** A connection from an address of this machine, such as 127.0.0.2. */
  public static RawHttp connectFrom(String address, int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(address, 0));
    return connect(socket, "127.0.0.1", port);
  }

  /** A connection of TLS, whose certificate must be for {@code localhost}. */
  public static RawHttp connect(SSLContext tls, int port) throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket();
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setServerNames(List.of(new SNIHostName("localhost")));
    socket.setSSLParameters(parameters);
    return connect(socket, "localhost", port);
  }

  private static RawHttp connect(Socket socket, String host, int port) throws IOException {
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
      socket.connect(new InetSocketAddress(host, port), 10_000);
      return new RawHttp(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** How long a read waits for the next byte. */
  public RawHttp readTimeout(Duration timeout) throws IOException {
    socket.setSoTimeout((int) Math.max(1, timeout.toMillis()));
    return this;
  }

  public RawHttp send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawHttp send(RawRequest request) throws IOException {
    return send(request.bytes());
  }

  /** Sends the request and reads its response. */
  public RawResponse call(RawRequest request) throws IOException {
    send(request);
    return readAnswerTo(request.method());
  }

  /** Reads the next response, interim ones included. */
  public RawResponse read() throws IOException {
    return readAnswerTo("GET");
  }

  /** Reads the next response; one to a HEAD request has no body, whatever its headers say. */
  public RawResponse readAnswerTo(String method) throws IOException {
    String[] statusLine = readLine().split(" ", 3);
    if (statusLine.length < 2 || !statusLine[0].startsWith("HTTP/1.")) {
      throw new IOException("Invalid status line: " + String.join(" ", statusLine));
    }
    int status = Integer.parseInt(statusLine[1]);
    String reason = statusLine.length == 3 ? statusLine[2] : "";
    List<RawHeader> headers = readHeaders();
    RawResponse head = new RawResponse(statusLine[0], status, reason, headers, new byte[0]);
    boolean bodiless = method.equals("HEAD") || status < 200 || status == 204 || status == 304;
    return bodiless
        ? head
        : new RawResponse(statusLine[0], status, reason, headers, readBody(head));
  }

  /** True once the server has closed its side; false when it sends another byte instead. */
  public boolean closedByServer() throws IOException {
    try {
      input.mark(1);
      boolean closed = input.read() < 0;
      input.reset();
      return closed;
    } catch (SocketException reset) {
      return true;
    }
  }

  /** Whether something of an answer is there already. */
  public boolean hasMore() {
    try {
      return input.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot tell what has come", e);
    }
  }

  /** Whether the server, until it closes its side, sends something that begins as HTTP/1 does. */
  boolean saysHttp() throws IOException {
    try {
      byte[] begin = input.readNBytes(5);
      return new String(begin, StandardCharsets.ISO_8859_1).equals("HTTP/");
    } catch (SocketException reset) {
      return false;
    }
  }

  /** Ends what this side sends; the answer can still be read. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Closes with a TCP reset instead of an orderly end. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private List<RawHeader> readHeaders() throws IOException {
    List<RawHeader> headers = new ArrayList<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("Invalid header line: " + line);
      }
      headers.add(new RawHeader(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return List.copyOf(headers);
  }

  private byte[] readBody(RawResponse head) throws IOException {
    if (head.header("Transfer-Encoding").orElse("").toLowerCase(Locale.ROOT).equals("chunked")) {
      return readChunks();
    }
    if (head.header("Content-Length").isPresent()) {
      return readExactly(Integer.parseInt(head.header("Content-Length").orElseThrow()));
    }
    return input.readAllBytes();
  }

  private byte[] readChunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = readChunkSize(); size > 0; size = readChunkSize()) {
      body.writeBytes(readExactly(size));
      readLine();
    }
    readHeaders();
    return body.toByteArray();
  }

  private int readChunkSize() throws IOException {
    return Integer.parseInt(readLine().split(";", 2)[0].strip(), 16);
  }

  private byte[] readExactly(int length) throws IOException {
    byte[] bytes = input.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("Connection ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(64);
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new EOFException("Connection ended within a line, after: " + line);
      }
      line.write(next);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
