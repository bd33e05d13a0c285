package dev.studybuddy.bench.modulith;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Writes events on request: {@code GET /offer?prefix=&events=&aggregates=&rate=} is answered after the last commit. */
@Component
class ControlPort {

    private static final int OK = 200;
    private static final int FAILED = 500;

    private final HttpServer server;
    private final EventWriter writer;

    ControlPort(EventWriter writer, @Value("${bench.control.port}") int port) throws IOException {
        this.writer = writer;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/offer", this::offer);
        server.start();
    }

    @EventListener(ContextClosedEvent.class)
    void stop() {
        server.stop(0);
    }

    private void offer(HttpExchange exchange) throws IOException {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : exchange.getRequestURI().getQuery().split("&", -1)) {
            String[] words = pair.split("=", 2);
            parameters.put(words[0], words[1]);
        }
        try {
            answer(
                    exchange,
                    OK,
                    writer.write(new EventWriter.Request(
                            parameters.getOrDefault("prefix", ""),
                            number(parameters, "events"),
                            number(parameters, "aggregates"),
                            number(parameters, "rate"))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer(exchange, FAILED, "interrupted");
        } catch (ExecutionException | RuntimeException e) {
            answer(exchange, FAILED, e.toString());
        }
    }

    private static int number(Map<String, String> parameters, String name) {
        return Integer.parseInt(parameters.getOrDefault(name, ""));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (var body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }
}
