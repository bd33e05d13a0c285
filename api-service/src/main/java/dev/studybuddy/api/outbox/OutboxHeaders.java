package dev.studybuddy.api.outbox;

import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.outbox.TraceParent;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Creates the headers of an outbox row: the schema of the payload, and the trace of the request that wrote the row. */
@Component
final class OutboxHeaders {

    private static final JsonMapper JSON = new JsonMapper();

    private final Tracer tracer;

    OutboxHeaders(Tracer tracer) {
        this.tracer = tracer;
    }

    /**
     * Returns the headers as JSON text.
     *
     * @param schema the schema of the row's payload
     */
    String toJson(int schema) {
        ObjectNode headers = JSON.createObjectNode();
        headers.put("schemaversion", Integer.toString(schema));
        Span span = tracer.currentSpan();
        if (span != null) {
            TraceContext context = span.context();
            boolean sampled = Boolean.TRUE.equals(context.sampled());
            headers.put(
                    EventHeaders.TRACE_PARENT, new TraceParent(context.traceId(), context.spanId(), sampled).text());
        }
        return JSON.writeValueAsString(headers);
    }
}
