package dev.studybuddy.projector.trace;

import io.micrometer.tracing.Span;
import java.util.ArrayList;
import java.util.List;

/** The open spans of a batch's records. Those that are not said to be done are dropped: their records come again. */
public final class BatchSpans implements AutoCloseable {

    /** None at all. */
    public static final BatchSpans NONE = new BatchSpans(List.of());

    private final List<OfRecord> open;

    BatchSpans(List<OfRecord> spans) {
        this.open = new ArrayList<>(spans);
    }

    record OfRecord(long offset, Span span) {}

    /** Everything before an offset is in MongoDB. */
    public void done(long before) {
        open.removeIf(one -> {
            boolean in = one.offset() < before;
            if (in) {
                one.span().end();
            }
            return in;
        });
    }

    @Override
    public void close() {
        open.forEach(one -> one.span().abandon());
        open.clear();
    }
}
