package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.RollupKey;
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
 * Plans a batch from its records and from the mirrors before it. The planner chains the states of each aggregate. Each
 * state adds contribution(new) − contribution(previous) to the rollups. The planner has no side effects.
 *
 * <p>The planner bounds the encoded size of the plan while it adds records. It keeps an upper bound of what each
 * rollup, mirror and dead letter adds, and ends the batch before a record that would exceed {@link #TARGET_BYTES}. A
 * batch of one record may have up to {@link #MAX_BYTES}. A single record that exceeds this is a dead letter without its
 * value.
 */
final class BatchPlanner implements PlanFactory {

    /**
     * A batch of several records ends at this size. A larger value needs more memory: each worker needs about twelve
     * times this size while it makes a plan.
     */
    static final long TARGET_BYTES = 2_000_000;

    /** A plan never has more bytes than this number, because MongoDB limits a document to 16 MB. */
    static final long MAX_BYTES = 12_000_000;

    /** Most contributions have fewer amounts. */
    private static final int EXPECTED_AMOUNTS = 32;

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
            Amounts change = new Amounts();
            try {
                model.contribute(change, state, 1);
                if (previous.state() != null) {
                    change.compareFromStart();
                    model.contribute(change, previous.state(), -1);
                }
            } catch (RuntimeException failed) {
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

    /**
     * Collects the amounts of one change, so that a contribution that fails adds nothing to the sums. The
     * contributions of two states of an aggregate usually have the same fields in the same order, so most amounts of
     * the second one reduce those of the first one at the same place, and many become zero.
     */
    private static final class Amounts implements AmountSink {

        private final List<Amount> amounts = new ArrayList<>(EXPECTED_AMOUNTS);

        /** The next amount is compared with the one at this index. */
        private int next;

        private static final class Amount {

            private final RollupKey key;
            private final String path;
            private long value;

            private Amount(RollupKey key, String path, long value) {
                this.key = key;
                this.path = path;
                this.value = value;
            }

            private boolean isOf(RollupKey otherKey, String otherPath) {
                return path.equals(otherPath) && key.equals(otherKey);
            }
        }

        @Override
        public void add(RollupKey key, String path, long amount) {
            if (next < amounts.size() && amounts.get(next).isOf(key, path)) {
                amounts.get(next).value += amount;
            } else {
                checkPath(path);
                if (amounts.isEmpty() || !amounts.getLast().key.equals(key)) {
                    requirePairedSurrogates(key.name());
                }
                amounts.add(new Amount(key, path, amount));
            }
            next++;
        }

        private static void checkPath(String path) {
            if (path.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("the path contains a zero character: " + path.replace('\0', '?'));
            }
            requirePairedSurrogates(path);
        }

        /**
         * Rejects a text that has no encoding in UTF-8. A journal and a mirror replace an unpaired surrogate by other
         * characters, so that a later event would subtract its amounts from another field.
         */
        private static void requirePairedSurrogates(String text) {
            for (int index = 0; index < text.length(); index++) {
                if (Character.isSurrogate(text.charAt(index))) {
                    if (index + 1 == text.length()
                            || !Character.isSurrogatePair(text.charAt(index), text.charAt(index + 1))) {
                        throw new IllegalArgumentException(
                                "the path or the id of a rollup contains an unpaired surrogate");
                    }
                    index++;
                }
            }
        }

        /** Compares the following amounts with those from the first one on. */
        void compareFromStart() {
            next = 0;
        }

        void addTo(AmountSink sums, int factor) {
            for (Amount one : amounts) {
                sums.add(one.key, one.path, factor * one.value);
            }
        }
    }

    /** Signals that an event cannot be added; the plan is unchanged. */
    private static final class UnplannableException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient PlanFailure failure;

        UnplannableException(String reason, RuntimeException cause) {
            super(cause);
            this.failure = new PlanFailure(reason, String.valueOf(cause.getMessage()));
        }
    }
}
