package dev.studybuddy.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Collects traces: the programs of a stack export their spans to it by OTLP over HTTP. */
final class SpanCollector implements AutoCloseable {

    private static final String PATH = "/v1/traces";
    private static final String SERVICE_NAME = "service.name";

    private final HttpServer server;
    private final Queue<ExportedSpan> spans = new ConcurrentLinkedQueue<>();

    /**
     * This record is a span that a program exported.
     *
     * @param service the name of the program
     * @param parentId the id of the span above; empty if there is none
     */
    record ExportedSpan(String service, String name, String traceId, String spanId, String parentId) {}

    SpanCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(PATH, this::accept);
        server.start();
    }

    /** Returns the environment variables of programs that export to this collector without delay. */
    Map<String, String> settings() {
        return Map.of(
                "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
                "http://127.0.0.1:" + server.getAddress().getPort() + PATH,
                "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULEDELAY",
                "100ms");
    }

    private void accept(HttpExchange exchange) throws IOException {
        try (exchange) {
            ProtobufMessage request =
                    new ProtobufMessage(exchange.getRequestBody().readAllBytes());
            for (ProtobufMessage ofResource : request.messages(1)) {
                String service = service(ofResource.messages(1).getFirst());
                for (ProtobufMessage ofScope : ofResource.messages(2)) {
                    ofScope.messages(2).forEach(span -> spans.add(span(service, span)));
                }
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static String service(ProtobufMessage resource) {
        return resource.messages(1).stream()
                .filter(attribute -> attribute.text(1).equals(SERVICE_NAME))
                .map(attribute -> attribute.messages(2).getFirst().text(1))
                .findFirst()
                .orElse("");
    }

    private static ExportedSpan span(String service, ProtobufMessage span) {
        return new ExportedSpan(service, span.text(5), span.hex(1), span.hex(2), span.hex(4));
    }

    /** Returns the exported spans of a trace. */
    List<ExportedSpan> spans(String traceId) {
        return spans.stream().filter(span -> span.traceId().equals(traceId)).toList();
    }

    /**
     * Returns the services of a span and of all its ancestors, from the span upwards. A service whose spans follow each
     * other appears once. The last element is the parent id of the last ancestor.
     */
    List<String> origin(ExportedSpan span) {
        List<String> origin = new ArrayList<>();
        Optional<ExportedSpan> current = Optional.of(span);
        String above = "";
        while (current.isPresent()) {
            ExportedSpan one = current.get();
            if (origin.isEmpty() || !origin.getLast().equals(one.service())) {
                origin.add(one.service());
            }
            above = one.parentId();
            String parent = above;
            current = spans.stream()
                    .filter(other -> other.spanId().equals(parent))
                    .findFirst();
        }
        origin.add(above);
        return origin;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
