package dev.studybuddy.publisher.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.outbox.TraceParent;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Continues the traces of events. A record whose trace is sampled gets a span, which is a child of the span that wrote
 * the event, and the record names this span as the parent of all later spans. Several threads may use this class.
 */
public final class PublishTraces {

    /** This instance starts no spans and changes no record. */
    public static final PublishTraces NONE = new PublishTraces(null);

    private final @Nullable Tracer tracer;

    private PublishTraces(@Nullable Tracer tracer) {
        this.tracer = tracer;
    }

    /** Returns an instance that starts the spans with a tracer. */
    public static PublishTraces of(Tracer tracer) {
        return new PublishTraces(tracer);
    }

    /** Starts the span of a record that is sent next, and replaces the parent that the record names. */
    public PublishSpan start(ProducerRecord<byte[], byte[]> record) {
        Tracer current = tracer;
        TraceContext parent = current == null ? null : sampledParent(current, record);
        if (current == null || parent == null) {
            return PublishSpan.NONE;
        }
        Span span = current.spanBuilder()
                .setParent(parent)
                .name("publish " + record.topic())
                .kind(Span.Kind.PRODUCER)
                .tag("messaging.system", "kafka")
                .tag("messaging.destination.name", record.topic())
                .start();
        TraceContext context = span.context();
        String text = new TraceParent(context.traceId(), context.spanId(), true).text();
        record.headers().remove(EventHeaders.TRACE_PARENT).add(EventHeaders.TRACE_PARENT, text.getBytes(US_ASCII));
        return new PublishSpan(span);
    }

    private static @Nullable TraceContext sampledParent(Tracer tracer, ProducerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(EventHeaders.TRACE_PARENT);
        return TraceParent.parseSampled(header == null ? null : header.value())
                .map(parent -> tracer.traceContextBuilder()
                        .traceId(parent.traceId())
                        .spanId(parent.spanId())
                        .sampled(true)
                        .build())
                .orElse(null);
    }
}
