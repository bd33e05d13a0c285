package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A partition batch is one batch of one partition, and a {@link BatchGroupRunner} runs it. The batch takes records from
 * its source until its plan is full or the source ends. Its journal has no position while the batch exists, and
 * receives the new one if the batch is applied.
 */
public final class PartitionBatch implements AutoCloseable {

    /**
     * A batch takes records from its source in chunks of this size, and the group reads the mirrors of a chunk
     * together. The group releases these mirrors when the chunk is planned. The records after a full batch wait for the
     * next batch with their mirrors, so the chunk also bounds that memory.
     */
    private static final int MAX_CHUNK_RECORDS = 500;

    private static final int MAX_CHUNK_BYTES = 1_000_000;

    private final PartitionJournal journal;
    private final JournalPosition from;
    private final Iterator<DecodedRecord> source;
    private final PlanBuilder builder;
    private final LongFunction<Optional<Integer>> leaderEpochs;
    private final Map<String, Supplier<MirrorState>> mirrors;
    private final MirrorCache cache;
    private final List<DecodedRecord.Event> events = new ArrayList<>();

    /** These records were taken from the source and follow the chunk. */
    private final Deque<DecodedRecord> following = new ArrayDeque<>();

    private int maxChunkRecords = MAX_CHUNK_RECORDS;
    private List<DecodedRecord> chunk = List.of();
    private Set<String> missingMirrors = Set.of();
    private long hi = -1;
    private @Nullable Integer leaderEpoch;
    private @Nullable DecidedPlan decided;
    private int plannedRecords;
    private boolean applied;
    private boolean ended;

    /**
     * Creates a batch.
     *
     * @param leaderEpochs returns the leader epoch of the record at an offset
     * @param mirrors the mirrors that the journal has read ahead; the batch adds to them
     * @param cache the mirrors that earlier batches of the journal wrote; the batch adds to them when it is applied
     */
    PartitionBatch(
            PartitionJournal journal,
            JournalPosition from,
            Iterator<DecodedRecord> source,
            PlanBuilder builder,
            LongFunction<Optional<Integer>> leaderEpochs,
            Map<String, Supplier<MirrorState>> mirrors,
            MirrorCache cache) {
        this.journal = journal;
        this.from = from;
        this.source = source;
        this.builder = builder;
        this.leaderEpochs = leaderEpochs;
        this.mirrors = mirrors;
        this.cache = cache;
    }

    /** Returns whether the batch is decided and applied. If not, the position of its journal is unknown. */
    public boolean isApplied() {
        return applied;
    }

    /** Returns the refusal that prevents the decided batch from being applied now, or null if there is none. */
    public @Nullable TemporaryRefusalException refusal() {
        return decided == null ? null : decided.refusal();
    }

    /** Returns the number of records that were offered to the plan, including the one that it had no room for. */
    public int plannedRecords() {
        return plannedRecords;
    }

    /**
     * Ends a batch that no group has run, so that its session is closed. This method has no effect on a batch that a
     * group has run.
     */
    @Override
    public void close() {
        end();
    }

    JournalKey key() {
        return journal.key();
    }

    FencedSession session() {
        return from.session();
    }

    /** Takes the next chunk from the source. */
    void takeChunk() {
        List<DecodedRecord> taken = new ArrayList<>();
        long bytes = 0;
        while (hasNext() && taken.size() < maxChunkRecords && bytes < MAX_CHUNK_BYTES) {
            DecodedRecord record = following.isEmpty() ? source.next() : following.removeFirst();
            bytes += record.sizeBytes();
            taken.add(record);
        }
        if (hi < 0 && taken.getFirst().offset() < from.hi()) {
            throw new IllegalStateException(
                    key() + ": the batch begins at " + taken.getFirst().offset() + ", before hi " + from.hi());
        }
        setChunk(taken);
    }

    /**
     * Shortens the chunk to its first half, because its mirrors are too large together. Later chunks have at most this
     * number of records.
     */
    void halveChunk() {
        maxChunkRecords = Math.max(1, chunk.size() / 2);
        chunk.subList(maxChunkRecords, chunk.size()).reversed().forEach(following::addFirst);
        setChunk(List.copyOf(chunk.subList(0, maxChunkRecords)));
    }

    private boolean hasNext() {
        return !following.isEmpty() || source.hasNext();
    }

    private void setChunk(List<DecodedRecord> records) {
        chunk = records;
        missingMirrors = findMissingMirrors(records);
    }

    /** Returns the ids of the mirrors that the chunk needs and that are not read. */
    Set<String> missingMirrors() {
        return missingMirrors;
    }

    /**
     * Takes the mirrors of new aggregates from the cache, and returns the ids of those that the cache does not hold.
     */
    private Set<String> findMissingMirrors(List<DecodedRecord> records) {
        Set<String> missing = new LinkedHashSet<>();
        for (DecodedRecord record : records) {
            if (record instanceof DecodedRecord.Event event) {
                String id = event.state().id();
                if (builder.needsMirror(id) && !mirrors.containsKey(id) && !missing.contains(id)) {
                    MirrorState cached = cache.findPredecessor(id, event.state().version());
                    if (cached == null) {
                        missing.add(id);
                    } else {
                        mirrors.put(id, () -> cached);
                    }
                }
            }
        }
        return missing;
    }

    /**
     * Adds the records of the chunk to the plan, and returns whether the batch takes another chunk.
     *
     * @param found the mirrors by id; an id of {@link #missingMirrors()} that has no entry has no mirror
     * @param maxPlanBytes the bound of the plan's size, unless its first record needs more
     */
    boolean addChunk(Map<String, RawBsonDocument> found, long maxPlanBytes) {
        builder.limit(maxPlanBytes);
        missingMirrors.forEach(id -> mirrors.put(id, readerOf(found.get(id))));
        int added = 0;
        while (added < chunk.size() && builder.add(chunk.get(added), mirrors)) {
            if (chunk.get(added) instanceof DecodedRecord.Event event) {
                events.add(event);
            }
            added++;
        }
        hi = added == 0 ? hi : chunk.get(added - 1).offset() + 1;
        boolean full = added < chunk.size();
        plannedRecords += full ? added + 1 : added;
        chunk = List.copyOf(chunk.subList(added, chunk.size()));
        if (!full || maxChunkRecords < MAX_CHUNK_RECORDS) {
            // Each partition may hold read-ahead mirrors, so large ones are read again instead.
            mirrors.clear();
        }
        return !full && hasNext();
    }

    /** Returns an upper bound of the present size of the plan in bytes. */
    long planBytes() {
        return builder.sizeBytes();
    }

    private Supplier<MirrorState> readerOf(@Nullable RawBsonDocument mirror) {
        AggregateType type = key().type();
        return mirror == null ? () -> MirrorState.ABSENT : () -> MirrorState.of(type, mirror);
    }

    /** Ends the plan, and returns the replacement of the journal that decides the batch. */
    FencedSession.Replacement decision() {
        Plan plan = builder.build();
        decided = new DecidedPlan(key(), plan, hi);
        leaderEpoch = leaderEpochs.apply(hi - 1).orElse(null);
        keepReadAhead(plan);
        Document document = new Journal(hi, from.hi(), plan).toDocument(key().journalId(), from.format(), leaderEpoch);
        return new FencedSession.Replacement(key().journalFilter(from.hi()), document);
    }

    /** Returns the decided plan. */
    DecidedPlan decided() {
        if (decided == null) {
            throw new IllegalStateException(key() + ": the batch has no plan yet");
        }
        return decided;
    }

    /** Records that the decision is stored and the plan is applied, unless MongoDB refused a write of the plan. */
    void recordApplied() {
        applied = refusal() == null;
    }

    /** Sets the new position of the journal, or removes it if the batch is not applied. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (applied) {
            cacheWrittenMirrors(decided());
        }
        journal.end(
                from, applied ? new JournalPosition(from.session(), hi, from.hi(), from.format(), leaderEpoch) : null);
    }

    /**
     * Replaces the cached mirrors that the plan wrote. If MongoDB permanently refused a write of the plan, this method
     * only removes them, so that later batches read them again.
     */
    private void cacheWrittenMirrors(DecidedPlan written) {
        Set<Long> offsets = new HashSet<>();
        for (Plan.MirrorChange change : written.plan().mirrors()) {
            cache.remove(change.id());
            offsets.add(change.offset());
        }
        if (!written.hasBrokenDocuments()) {
            for (DecodedRecord.Event event : events) {
                if (offsets.contains(event.offset())) {
                    AggregateState state = event.state();
                    cache.put(
                            state.id(),
                            new MirrorState(state.version(), event.offset(), state),
                            MirrorState.heapBytes(event));
                }
            }
        }
    }

    /**
     * Keeps the mirrors that were read for records after the batch. Only batches of this partition write them. If
     * another instance decides such a batch, the next decision of this instance does not match the stored journal. This
     * method removes the mirrors that the batch itself writes.
     */
    private void keepReadAhead(Plan plan) {
        Set<String> ids = new HashSet<>(idsOf(chunk));
        plan.mirrors().forEach(change -> ids.remove(change.id()));
        mirrors.keySet().retainAll(ids);
    }

    private static Set<String> idsOf(List<DecodedRecord> records) {
        Set<String> ids = new LinkedHashSet<>();
        for (DecodedRecord record : records) {
            if (record instanceof DecodedRecord.Event event) {
                ids.add(event.state().id());
            }
        }
        return ids;
    }
}
