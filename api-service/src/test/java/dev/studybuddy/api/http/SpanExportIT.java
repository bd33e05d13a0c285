package dev.studybuddy.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SpanExportIT {

    private static final String TRACE_OF_CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    /** Without an exporter, no span leaves the process, although the caller requests a trace. */
    @Test
    void anInstanceWithoutAnEndpointHasNoExporterOfSpans() {
        RunningApi api = RunningApi.shared();

        assertThat(api.get("/api/users/me", "traceparent", TRACE_OF_CALLER).header("X-Trace-Id"))
                .isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(api.hasBean(SpanExporter.class)).isFalse();
    }

    @Test
    void anInstanceWithAnEndpointExportsTheSpansOfARequest() throws IOException {
        AtomicInteger exports = new AtomicInteger();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exports.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces";
        try (TestDatabase database = TestServers.newDatabase();
                RunningApi api = RunningApi.on(
                        database.url(),
                        Map.of(
                                "management.opentelemetry.tracing.export.otlp.endpoint",
                                endpoint,
                                "spring.datasource.username",
                                database.username(),
                                "spring.datasource.password",
                                database.password()))) {
            assertThat(api.hasBean(SpanExporter.class)).isTrue();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                api.get("/api/users/me", "traceparent", TRACE_OF_CALLER);
                return exports.get() > 0;
            });
        } finally {
            collector.stop(0);
        }
    }
}
