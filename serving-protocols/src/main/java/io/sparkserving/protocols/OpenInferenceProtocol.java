package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.driver.LibraryVersion;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.server.connection.EarlyAnswer;
import io.sparkserving.server.management.ServingProtocol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The Open Inference Protocol of KServe, Triton and MLServer, over HTTP: its second version, and of
 * the first what predicts. The name of the service is the model's.
 */
public final class OpenInferenceProtocol implements ServingProtocol {
  static final String NAME = "open-inference";

  /** The extension by which values of tensors are bytes behind the JSON, as Triton names it. */
  private static final String BINARY = "binary_tensor_data";

  /** How long a request waits for the types of outputs, which it can do without. */
  private static final Duration MOMENT = Duration.ofSeconds(2);

  private static final Pattern MODEL =
      Pattern.compile("/v2/models/([^/]+)(?:/versions/([^/]+))?(?:/(ready|infer))?");
  private static final Pattern FIRST_VERSION = Pattern.compile("/v1/models/([^/:]+)(:predict)?");

  @Override
  public String protocol() {
    return NAME;
  }

  @Override
  public Request.Handler step(ServerExchanges server, Request.Handler next) {
    return new Step(server, next);
  }

  /** Runs on the listener's threads, or one that brings what the driver says, and never waits. */
  private static final class Step implements Request.Handler {
    private final ServerExchanges server;
    private final Request.Handler next;
    private final LearnedTypes types;

    Step(ServerExchanges server, Request.Handler next) {
      this.server = server;
      this.next = next;
      this.types = new LearnedTypes(server::description, MOMENT);
    }

    private String model() {
      return server.configuration().name();
    }

    private boolean isReady() {
      return server.readiness() == Readiness.READY;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      String path = request.getHttpURI().getCanonicalPath();
      Matcher second = MODEL.matcher(path == null ? "" : path);
      Matcher first = FIRST_VERSION.matcher(path == null ? "" : path);
      if (second.matches() && "infer".equals(second.group(3))) {
        return infer(request, response, callback, second);
      }
      if (second.matches() && second.group(3) == null && isFor(second, request)) {
        return describe(request, response, callback);
      }
      if (first.matches() && first.group(2) != null) {
        return predict(request, response, callback, first);
      }
      ReplyMessage answer = answer(path == null ? "" : path, request, second, first);
      EarlyAnswer.send(request, response, callback, answer);
      return true;
    }

    private boolean isFor(Matcher path, Request request) {
      return path.group(1).equals(model()) && isGet(request);
    }

    private static boolean isGet(Request request) {
      return HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
    }

    /** What this server says of itself, and of its model but for its types. */
    private ReplyMessage answer(String path, Request request, Matcher second, Matcher first) {
      if (!isGet(request)) {
        return OpenInferenceResponse.error(405, "Expected a GET.");
      }
      if (path.equals("/v2")) {
        ObjectNode about = ProtocolJson.object().put("name", "spark-serving");
        about.put("version", LibraryVersion.read()).putArray("extensions").add(BINARY);
        return OpenInferenceResponse.json(200, about);
      }
      if (path.equals("/v2/health/live")) {
        return OpenInferenceResponse.json(200, ProtocolJson.object().put("live", true));
      }
      if (path.equals("/v2/health/ready")) {
        return ready(ProtocolJson.object());
      }
      if (path.equals("/v1/models")) {
        ObjectNode models = ProtocolJson.object();
        models.putArray("models").add(model());
        return OpenInferenceResponse.json(200, models);
      }
      Matcher model = second.matches() ? second : first;
      if (!model.matches()) {
        return OpenInferenceResponse.error(404, "No such path: expected one below /v2.");
      }
      return model.group(1).equals(model())
          ? ready(ProtocolJson.object().put("name", model()))
          : unknown(model.group(1));
    }

    private ReplyMessage ready(ObjectNode about) {
      return OpenInferenceResponse.json(isReady() ? 200 : 503, about.put("ready", isReady()));
    }

    private ReplyMessage unknown(String name) {
      return OpenInferenceResponse.error(
          404, "No model is named '%s': expected %s.".formatted(name, model()));
    }

    private boolean describe(Request request, Response response, Callback callback) {
      server
          .description()
          .whenComplete(
              (document, failure) ->
                  EarlyAnswer.sendMade(
                      request, response, callback, () -> described(document, failure)));
      return true;
    }

    private ReplyMessage described(byte @Nullable [] document, @Nullable Throwable failure) {
      if (document == null) {
        return OpenInferenceResponse.error(503, "The model's types are not known: " + failure);
      }
      ModelTypes described = types.learn(document);
      ObjectNode about = ProtocolJson.object().put("name", model());
      about.putArray("versions");
      about.put("platform", "spark");
      about.set("inputs", ModelTypes.describe(described.inputs()));
      about.set("outputs", ModelTypes.describe(described.outputs()));
      return OpenInferenceResponse.json(200, about);
    }

    private @Nullable ReplyMessage refusal(Request request, String model) {
      if (!HttpMethod.POST.is(request.getMethod())) {
        return OpenInferenceResponse.error(405, "Expected a POST.");
      }
      return model.equals(model()) ? null : unknown(model);
    }

    private boolean infer(Request request, Response response, Callback callback, Matcher path)
        throws Exception {
      RequestHead head = new RequestHead(request, server.configuration().maxBodySize());
      String version = path.group(2);
      Function<JsonNode, FormedReply> form =
          replies -> {
            ObjectNode reply = ProtocolJson.object().put("model_name", model());
            if (version != null) {
              reply.put("model_version", version);
            }
            if (head.id() != null) {
              reply.put("id", head.id());
            }
            Map<String, ModelTypes.Type> outputs = types.known().outputs();
            List<Tensor> tensors = OpenInferenceResponse.tensors(replies, outputs, head.outputs());
            return BinaryOutput.add(reply, tensors, outputs, head::isBinary);
          };
      ReplyMessage refusal = refusal(request, path.group(1));
      if (refusal != null) {
        EarlyAnswer.send(request, response, callback, refusal);
        return true;
      }
      Response formed = new OpenInferenceResponse(head, response, form);
      if (!types.known().outputs().isEmpty()) {
        return next.handle(head, formed, callback);
      }
      // The query answers without the driver's word too.
      types.get().thenRun(() -> goOn(head, formed, callback));
      return true;
    }

    /** Has the query answer, now that the types are known, or are not to be. */
    private void goOn(Request request, Response response, Callback callback) {
      try {
        next.handle(request, response, callback);
      } catch (Throwable e) {
        callback.failed(e);
        if (e instanceof Error error) {
          throw error;
        }
      }
    }

    private boolean predict(Request request, Response response, Callback callback, Matcher path)
        throws Exception {
      ReplyMessage refusal = refusal(request, path.group(1));
      if (refusal != null) {
        EarlyAnswer.send(request, response, callback, refusal);
        return true;
      }
      Function<JsonNode, FormedReply> form =
          replies -> FormedReply.json(ProtocolJson.object().<JsonNode>set("predictions", replies));
      return next.handle(request, new OpenInferenceResponse(request, response, form), callback);
    }
  }
}
