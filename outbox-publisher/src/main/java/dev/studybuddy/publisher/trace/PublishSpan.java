package dev.studybuddy.publisher.trace;

import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.SendOutcome;
import io.micrometer.tracing.Span;
import org.jspecify.annotations.Nullable;

/** A publish span begins before one record is passed to the Kafka client, and ends with the outcome of the record. */
public final class PublishSpan {

    /** This instance stands for a record without a span. */
    static final PublishSpan NONE = new PublishSpan(null);

    private final @Nullable Span span;

    PublishSpan(@Nullable Span span) {
        this.span = span;
    }

    /** Returns a sink that ends the span with the outcome before it passes the outcome on. */
    public EventSender.OutcomeSink endBefore(EventSender.OutcomeSink sink) {
        Span open = span;
        if (open == null) {
            return sink;
        }
        return (row, outcome) -> {
            end(open, outcome);
            sink.accept(row, outcome);
        };
    }

    private static void end(Span span, SendOutcome outcome) {
        if (outcome instanceof SendOutcome.Acknowledged acknowledged) {
            span.tag("messaging.destination.partition.id", String.valueOf(acknowledged.partition()));
            span.tag("messaging.kafka.offset", acknowledged.offset());
        } else {
            span.tag("error.type", outcome.getClass().getSimpleName());
        }
        span.end();
    }

    /** Drops the span, because the client did not accept the record. */
    public void abandon() {
        if (span != null) {
            span.abandon();
        }
    }
}
