package io.sparkserving.benchmarks.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * The floor: the same work in a handler of a Jetty that is as it comes, without Spark.
 *
 * <p>Arguments: {@code handler} for a handler as Jetty has it by default, which it expects to
 * block, or {@code nonBlocking} for one that says that it never does, so that Jetty calls it on the
 * thread that watches the sockets; the port; and the workload, {@code hello} or {@code ml}.
 */
public final class BareJetty {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Hello(String foo, int bar) {}

  private record HelloReply(int fooLength) {}

  private record Text(String text) {}

  private record TextReply(double prediction) {}

  private BareJetty() {}

  /** Serves until standard input closes. */
  public static void main(String[] args) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("localhost");
    connector.setPort(Integer.parseInt(args[1]));
    server.addConnector(connector);
    InvocationType declared =
        args[0].equals("nonBlocking") ? InvocationType.NON_BLOCKING : InvocationType.BLOCKING;
    server.setHandler(new JsonHandler(declared, computation(args[2])));
    server.start();
    Lifetime.serve(List.of(connector.getLocalPort()));
    server.stop();
  }

  private static JsonHandler.Computation computation(String workload) {
    return switch (workload) {
      case "hello" -> BareJetty::length;
      case "ml" -> {
        DirectTextModel model = DirectTextModel.train();
        yield body -> prediction(model, body);
      }
      default ->
          throw new IllegalArgumentException(
              "Unsupported workload " + workload + ": expected hello or ml");
    };
  }

  private static byte[] length(byte[] body) throws IOException {
    String foo = JSON.readValue(body, Hello.class).foo();
    return JSON.writeValueAsBytes(new HelloReply(foo.codePointCount(0, foo.length())));
  }

  private static byte[] prediction(DirectTextModel model, byte[] body) throws IOException {
    String text = JSON.readValue(body, Text.class).text();
    return JSON.writeValueAsBytes(new TextReply(model.predict(text)));
  }
}
