package dev.studybuddy.projector.trace;

import io.micrometer.tracing.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Batch spans are the open spans of a batch's records. A span that is not ended by {@link #endBefore} is abandoned,
 * because its record is read again.
 */
public final class BatchSpans implements AutoCloseable {

    /** This instance has no spans. All partition tasks share it, which is safe because it never changes. */
    public static final BatchSpans NONE = new BatchSpans(List.of());

    private List<RecordSpan> open;

    BatchSpans(List<RecordSpan> spans) {
        this.open = List.copyOf(spans);
    }

    record RecordSpan(long offset, Span span) {}

    /** Ends the spans of all records before an offset, because MongoDB contains them. */
    public void endBefore(long offset) {
        if (open.isEmpty()) {
            return;
        }
        List<RecordSpan> left = new ArrayList<>();
        for (RecordSpan one : open) {
            if (one.offset() < offset) {
                one.span().end();
            } else {
                left.add(one);
            }
        }
        open = left;
    }

    @Override
    public void close() {
        for (RecordSpan one : open) {
            one.span().abandon();
        }
    }
}
