package dev.studybuddy.projector.trace;

import io.micrometer.tracing.Span;
import java.util.ArrayList;
import java.util.List;

/** The open spans of a batch's records. Those that are not said to be done are dropped: their records come again. */
public final class BatchSpans implements AutoCloseable {

    /** None at all; shared by all lanes, which it can be since nothing in it ever changes. */
    public static final BatchSpans NONE = new BatchSpans(List.of());

    private List<OfRecord> open;

    BatchSpans(List<OfRecord> spans) {
        this.open = List.copyOf(spans);
    }

    record OfRecord(long offset, Span span) {}

    /** Everything before an offset is in MongoDB. */
    public void done(long before) {
        if (open.isEmpty()) {
            return;
        }
        List<OfRecord> left = new ArrayList<>();
        for (OfRecord one : open) {
            if (one.offset() < before) {
                one.span().end();
            } else {
                left.add(one);
            }
        }
        open = left;
    }

    @Override
    public void close() {
        for (OfRecord one : open) {
            one.span().abandon();
        }
    }
}
