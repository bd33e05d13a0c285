package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.ReadModel;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Plans a batch from its records and from the mirrors before it. The planner processes the states of each aggregate in
 * the order of the records. Each state adds contribution(new) − contribution(previous) to the rollups. The planner has
 * no side effects.
 *
 * <p>The planner bounds the encoded size of the plan while it adds records. It keeps an upper bound of what each
 * rollup, mirror and dead letter adds, and ends the batch before a record that would exceed {@link #TARGET_BYTES}. The
 * plan of a single record may have up to {@link #MAX_BYTES}. A record whose plan alone exceeds this bound becomes a
 * dead letter without its value.
 */
final class BatchPlanner implements PlanFactory {

    /**
     * A batch of several records ends at this size. A larger value needs more memory: each worker needs about twelve
     * times this size while it makes a plan.
     */
    static final long TARGET_BYTES = 2_000_000;

    /** A plan never has more bytes than this number, because MongoDB limits a document to 16 MB. */
    static final long MAX_BYTES = 12_000_000;

    private final ReadModel model;
    private final Clock clock;

    BatchPlanner(ReadModel model, Clock clock) {
        this.model = model;
        this.clock = clock;
    }

    @Override
    public PlanBuilder begin() {
        return new Batch();
    }

    private static MirrorState read(@Nullable Supplier<MirrorState> mirror) throws UnplannableException {
        if (mirror == null) {
            return MirrorState.ABSENT;
        }
        try {
            return mirror.get();
        } catch (RuntimeException failed) {
            throw new UnplannableException(PlanFailure.MIRROR_UNREADABLE, failed);
        }
    }

    /** A batch holds what its records add to the plan so far. */
    private final class Batch implements PlanBuilder {

        private final Map<String, DecodedRecord.Event> lastEvents = new LinkedHashMap<>();
        private final List<Document> deadLetters = new ArrayList<>();
        private final RollupSums sums = new RollupSums();
        private long mirrorBytes;
        private long deadLetterBytes;
        private int records;
        private long maxBytes = TARGET_BYTES;

        @Override
        public boolean needsMirror(String id) {
            return !lastEvents.containsKey(id);
        }

        @Override
        public boolean add(DecodedRecord record, Map<String, Supplier<MirrorState>> mirrors) {
            boolean added = switch (record) {
                case DecodedRecord.Unreadable unreadable -> addDeadLetter(unreadable.deadLetter());
                case DecodedRecord.Event event -> {
                    try {
                        yield addEvent(event, mirrors.get(event.state().id()));
                    } catch (UnplannableException failed) {
                        yield addDeadLetter(event.toDeadLetter().apply(failed.failure));
                    }
                }
            };
            records += added ? 1 : 0;
            return added;
        }

        @Override
        public void limit(long bytes) {
            maxBytes = Math.min(TARGET_BYTES, bytes);
        }

        @Override
        public long sizeBytes() {
            return sums.sizeBytes() + mirrorBytes + deadLetterBytes;
        }

        @Override
        public Plan build() {
            Instant now = clock.instant();
            List<MirrorChange> mirrors = new ArrayList<>();
            lastEvents.values().forEach(event -> mirrors.add(MirrorState.toChange(event, now)));
            List<RollupChange> rollups = new ArrayList<>();
            sums.forEach((key, amounts) -> rollups.add(new RollupChange(key.id(), RollupFields.of(key), amounts)));
            return new Plan(rollups, mirrors, deadLetters);
        }

        private boolean addEvent(DecodedRecord.Event event, @Nullable Supplier<MirrorState> mirror)
                throws UnplannableException {
            AggregateState state = event.state();
            DecodedRecord.Event last = lastEvents.get(state.id());
            MirrorState previous =
                    last == null ? read(mirror) : new MirrorState(last.state().version(), last.offset(), last.state());
            if (!previous.isOlderThan(state.version(), event.offset())) {
                return true;
            }
            ChangeAmounts change = new ChangeAmounts();
            try {
                model.contribute(change, state, 1);
                if (previous.state() != null) {
                    change.compareFromStart();
                    model.contribute(change, previous.state(), -1);
                }
            } catch (RuntimeException | AssertionError | StackOverflowError failed) {
                // These failures have their cause in this event, so they must not stop a partition. Other errors have
                // their cause in the process: a class that cannot be loaded would fail every event.
                throw new UnplannableException(PlanFailure.CONTRIBUTION_FAILED, failed);
            }
            long newMirrorBytes =
                    mirrorBytes + MirrorState.sizeBytes(event) - (last == null ? 0 : MirrorState.sizeBytes(last));
            change.addTo(sums, 1);
            long total = sums.sizeBytes() + newMirrorBytes + deadLetterBytes;
            if (total > (records == 0 ? MAX_BYTES : maxBytes)) {
                change.addTo(sums, -1);
                return records == 0 && addDeadLetter(event.toDeadLetter().apply(PlanFailure.TOO_LARGE));
            }
            mirrorBytes = newMirrorBytes;
            lastEvents.put(state.id(), event);
            return true;
        }

        private boolean addDeadLetter(DeadLetter deadLetter) {
            DeadLetter stored = deadLetter;
            if (DeadLetterSize.of(stored) > MAX_BYTES || stored.reason().equals(PlanFailure.TOO_LARGE.reason())) {
                stored = DeadLetterSize.withoutValue(stored);
            }
            long bytes = DeadLetterSize.of(stored);
            if (records > 0 && sizeBytes() + bytes > maxBytes) {
                return false;
            }
            deadLetterBytes += bytes;
            deadLetters.add(stored.toDocument());
            return true;
        }
    }

    /** Signals that an event cannot be added; the plan is unchanged. */
    private static final class UnplannableException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient PlanFailure failure;

        UnplannableException(String reason, Throwable cause) {
            super(cause);
            // An error may have no message, for example a stack overflow.
            String detail = cause instanceof Error ? cause.toString() : String.valueOf(cause.getMessage());
            this.failure = new PlanFailure(reason, detail);
        }
    }
}
