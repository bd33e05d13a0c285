package dev.studybuddy.projector.trace;

import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.outbox.TraceParent;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Continues the traces of a batch's records. Each record whose trace is sampled gets one span, which is a child of the
 * span that wrote the record and lasts as long as the batch. A batch belongs to many traces; therefore it has no span
 * of its own. Without an exporter, this class reads no header. Several threads may use it.
 */
@Component
public final class BatchTraces {

    private final Tracer tracer;
    private final boolean exported;

    BatchTraces(Tracer tracer, ObjectProvider<SpanExporter> exporters) {
        this.tracer = tracer;
        this.exported = exporters.stream().findAny().isPresent();
    }

    /**
     * Starts the spans of the records of a batch.
     *
     * @param generation the name of the generation, such as {@code study-g1}
     */
    public BatchSpans start(String generation, List<ConsumerRecord<byte[], byte[]>> records) {
        if (!exported) {
            return BatchSpans.NONE;
        }
        List<BatchSpans.RecordSpan> spans = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TraceContext parent = parent(record);
            if (parent != null) {
                Span span = tracer.spanBuilder()
                        .setParent(parent)
                        .name("project " + record.topic())
                        .kind(Span.Kind.CONSUMER)
                        .tag("messaging.system", "kafka")
                        .tag("messaging.destination.name", record.topic())
                        .tag("messaging.destination.partition.id", String.valueOf(record.partition()))
                        .tag("messaging.kafka.offset", record.offset())
                        .tag("messaging.batch.message_count", records.size())
                        .tag("db.system.name", "mongodb")
                        .tag("studybuddy.generation", generation)
                        .start();
                spans.add(new BatchSpans.RecordSpan(record.offset(), span));
            }
        }
        return spans.isEmpty() ? BatchSpans.NONE : new BatchSpans(spans);
    }

    private @Nullable TraceContext parent(ConsumerRecord<byte[], byte[]> record) {
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
