package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.mongo.SessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Simulates MongoDB in memory with every fault that the protocol must withstand: a connection that is lost before or
 * after a write, a bulk of which a part is executed in any order and the rest late, refused writes and decisions, races
 * of first inserts, mirrors that are too large to be read together, and a restore of an earlier state. Another task may
 * run before any operation and within a bulk.
 */
final class FaultyMongo implements FencedSessions {

    /** DocumentValidationFailure concerns the document. */
    private static final int PERMANENT_CODE = 121;

    /**
     * These codes do not concern the document: a failed step of a sharded cluster, blocked writes, a killed plan, a
     * full disk, a conflict, missing rights, and a code that no release of MongoDB has.
     */
    private static final List<Integer> TEMPORARY_CODES = List.of(82, 371, 175, 14031, 112, 13, 987_654_321);

    private final Random random;
    private final Mutant mutant;
    private final Runnable yieldPoint;
    private final Set<String> unacceptable = new HashSet<>();
    private final Deque<Runnable> delayedWrites = new ArrayDeque<>();
    private Map<String, Map<String, Document>> data = new HashMap<>();
    private Map<String, Map<String, Document>> savedData = new HashMap<>();
    private boolean faulty = true;
    private int restores;

    FaultyMongo(Random random, Mutant mutant, Runnable yieldPoint) {
        this.random = random;
        this.mutant = mutant;
        this.yieldPoint = yieldPoint;
    }

    void insert(String collection, Document document) {
        collection(collection).put(document.getString("_id"), document);
        savedData = copy(data);
    }

    /** Makes the server refuse each write of a document permanently. */
    void refuseAlways(String collection, String documentId) {
        unacceptable.add(collection + '/' + documentId);
    }

    private boolean isUnacceptable(String collection, ConditionalWrite write) {
        return unacceptable.contains(collection + '/' + write.filter().getString("_id"));
    }

    Map<String, Document> collection(String name) {
        return data.computeIfAbsent(name, any -> new HashMap<>());
    }

    /** Applies the delayed writes, and causes no fault afterwards. */
    void stopFaults() {
        while (!delayedWrites.isEmpty()) {
            delayedWrites.poll().run();
        }
        faulty = false;
    }

    @Override
    public FencedSession open() {
        return new FaultySession(restores);
    }

    @Override
    public FencedSession join(List<FencedSession> sessions) {
        IntStream positions = sessions.stream().mapToInt(one -> ((FaultySession) one).restoresAtOpen);
        return new FaultySession(
                mutant == Mutant.GROUP_DEPENDS_ON_THE_YOUNGEST_POSITION
                        ? positions.max().orElseThrow()
                        : positions.min().orElseThrow());
    }

    private static Map<String, Map<String, Document>> copy(Map<String, Map<String, Document>> data) {
        Map<String, Map<String, Document>> copy = new HashMap<>();
        data.forEach((name, documents) -> {
            Map<String, Document> inner = new HashMap<>();
            documents.forEach((id, document) -> inner.put(id, copy(document)));
            copy.put(name, inner);
        });
        return copy;
    }

    /** Returns a copy that shares no mutable value with the document. */
    private static Document copy(Document document) {
        Document copy = new Document();
        document.forEach((name, value) -> copy.put(name, copyValue(value)));
        return copy;
    }

    private static @Nullable Object copyValue(@Nullable Object value) {
        if (value instanceof Document inner) {
            return copy(inner);
        }
        if (value instanceof RawBsonDocument encoded) {
            return StoredDocuments.of(encoded);
        }
        return value instanceof List<?> list
                ? list.stream().map(FaultyMongo::copyValue).collect(Collectors.toList())
                : value;
    }

    private void restoreSaveOrDeliver() {
        int draw = random.nextInt(200);
        if (draw < 4) {
            savedData = copy(data);
        } else if (draw == 4) {
            data = copy(savedData);
            delayedWrites.clear();
            restores++;
        } else if (draw < 30 && !delayedWrites.isEmpty()) {
            delayedWrites.poll().run();
        }
    }

    private final class FaultySession implements FencedSession {

        private final int restoresAtOpen;
        private final Map<String, List<? extends ConditionalWrite>> postponed = new HashMap<>();
        private final Set<String> racedIds = new HashSet<>();
        private boolean droppingWrites;

        FaultySession(int restoresAtOpen) {
            this.restoresAtOpen = restoresAtOpen;
        }

        @Override
        public List<Document> find(String collection, Collection<String> ids) {
            beginOperation();
            List<Document> found = new ArrayList<>();
            for (String id : ids) {
                Document one = collection(collection).get(id);
                if (one != null) {
                    Document copy = copy(one);
                    if (mutant == Mutant.RECOVERY_SKIPS_THE_PLAN && copy.containsKey("hi")) {
                        copy.put("done", copy.get("hi"));
                    }
                    found.add(copy);
                }
            }
            return found;
        }

        @Override
        public Optional<List<RawBsonDocument>> findWithin(
                long maxBytes, String collection, Collection<String> ids, Collection<String> fields) {
            List<RawBsonDocument> found = find(collection, ids).stream()
                    .map(one -> StoredDocuments.encode(one, fields))
                    .toList();
            return found.size() > 1 && random.nextInt(4) == 0 ? Optional.empty() : Optional.of(found);
        }

        @Override
        public boolean replace(String collection, Document filter, Document replacement) {
            beginOperation();
            if (refusesNow()) {
                throw refusal(collection, filter);
            }
            return replaceOne(collection, filter, replacement);
        }

        @Override
        public long replaceAll(String collection, List<Replacement> replacements) {
            beginOperation();
            List<Replacement> order = new ArrayList<>(replacements);
            Collections.shuffle(order, random);
            long matched = 0;
            TemporaryRefusalException refused = null;
            for (Replacement one : order) {
                yieldToOthers();
                if (refusesNow()) {
                    refused = refusal(collection, one.filter());
                } else {
                    matched += replaceOne(collection, one.filter(), one.document()) ? 1 : 0;
                }
            }
            if (refused != null && mutant != Mutant.DECISIONS_ARE_NOT_COUNTED) {
                throw refused;
            }
            return mutant == Mutant.DECISIONS_ARE_NOT_COUNTED ? replacements.size() : matched;
        }

        private boolean refusesNow() {
            return faulty && random.nextInt(60) == 0;
        }

        private TemporaryRefusalException refusal(String collection, Document filter) {
            return new TemporaryRefusalException(
                    collection, filter.getString("_id"), new WriteRefusal(0, randomTemporaryCode(), "not now"));
        }

        private int randomTemporaryCode() {
            return TEMPORARY_CODES.get(random.nextInt(TEMPORARY_CODES.size()));
        }

        private boolean replaceOne(String collection, Document filter, Document replacement) {
            Document effectiveFilter = new Document(filter);
            boolean positionOnly = replacement.get("hi").equals(replacement.get("done"));
            if (mutant == Mutant.NO_JOURNAL_COMPARE_AND_SET
                    || (mutant == Mutant.POSITION_WITHOUT_COMPARE_AND_SET && positionOnly)) {
                effectiveFilter.remove("hi");
            }
            Document stored = copy(replacement);
            if (mutant == Mutant.DONE_RECORDED_BEFORE_APPLYING) {
                stored.put("done", stored.get("hi"));
            }
            String id = filter.getString("_id");
            if (losesConnection()) {
                maybeApply(() -> replaceIfMatching(collection, id, effectiveFilter, stored));
                throw sessionLost();
            }
            return replaceIfMatching(collection, id, effectiveFilter, stored);
        }

        @Override
        public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
            if (mutant == Mutant.MIRRORS_BEFORE_ROLLUPS && collection.startsWith("study_totals")) {
                postponed.put(collection, writes);
                return List.of();
            }
            if (droppingWrites) {
                return List.of();
            }
            List<WriteRefusal> refused = writeBulk(collection, writes);
            droppingWrites = mutant == Mutant.REFUSAL_DROPS_THE_WRITES_OF_A_GROUP
                    && refused.stream().anyMatch(one -> one.kind() == WriteRefusal.Kind.TEMPORARY);
            List<String> postponedNames = List.copyOf(postponed.keySet());
            postponedNames.forEach(name -> writeBulk(name, postponed.remove(name)));
            return refused;
        }

        private List<WriteRefusal> writeBulk(String collection, List<? extends ConditionalWrite> writes) {
            beginOperation();
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < writes.size(); i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            boolean lost = losesConnection();
            int applied = lost ? random.nextInt(writes.size() + 1) : writes.size();
            List<WriteRefusal> refused = new ArrayList<>();
            for (int index : order.subList(0, applied)) {
                yieldToOthers();
                WriteRefusal refusal = refuse(collection, index, writes.get(index));
                if (refusal != null) {
                    refused.add(refusal);
                } else if (losesInsertRace(collection, writes.get(index)) || !apply(collection, writes.get(index))) {
                    refused.add(new WriteRefusal(index, 11000, "duplicate key"));
                }
            }
            if (lost) {
                order.subList(applied, order.size()).stream()
                        .map(writes::get)
                        .filter(write -> !isUnacceptable(collection, write))
                        .forEach(write -> maybeDelay(() -> apply(collection, write)));
                throw sessionLost();
            }
            return mutant == Mutant.DUPLICATE_KEY_NOT_RETRIED
                    ? refused.stream().filter(one -> !one.isDuplicateKey()).toList()
                    : mutate(collection, refused, writes.size());
        }

        /** Changes the refusals that the caller receives. */
        private List<WriteRefusal> mutate(String collection, List<WriteRefusal> refused, int writes) {
            boolean ignored = switch (mutant) {
                case REFUSED_ROLLUP_IS_IGNORED -> collection.startsWith("study_totals");
                case REFUSED_MIRROR_IS_IGNORED ->
                    collection.startsWith("todos") || collection.startsWith("study_sessions");
                case REFUSED_MARK_IS_IGNORED -> collection.equals(Names.BROKEN);
                default -> false;
            };
            if (ignored) {
                return refused.stream().filter(WriteRefusal::isDuplicateKey).toList();
            }
            if (mutant == Mutant.REFUSAL_STOPS_ANOTHER_PARTITION) {
                return refused.stream()
                        .map(one -> one.kind() == WriteRefusal.Kind.TEMPORARY
                                ? new WriteRefusal((one.index() + writes / 2) % writes, one.code(), one.message())
                                : one)
                        .toList();
            }
            return mutant == Mutant.UNKNOWN_CODE_IS_PERMANENT
                    ? refused.stream()
                            .map(one -> one.kind() == WriteRefusal.Kind.TEMPORARY
                                    ? new WriteRefusal(one.index(), PERMANENT_CODE, one.message())
                                    : one)
                            .toList()
                    : refused;
        }

        /** Returns a refusal with a code of any class, or null if the server executes the write. */
        private @Nullable WriteRefusal refuse(String collection, int index, ConditionalWrite write) {
            if (isUnacceptable(collection, write)) {
                return new WriteRefusal(index, PERMANENT_CODE, "the document is unacceptable");
            }
            // Marks are rare, so more of them are refused.
            if (faulty && random.nextInt(collection.equals(Names.BROKEN) ? 2 : 60) == 0) {
                return new WriteRefusal(index, randomTemporaryCode(), "not now");
            }
            return null;
        }

        /**
         * Returns whether another writer inserted the document between this write's lookup and its insert. MongoDB then
         * reports a duplicate key regardless of the condition.
         */
        private boolean losesInsertRace(String collection, ConditionalWrite write) {
            String id = collection + write.filter().getString("_id");
            // A write without a condition has no race: its duplicate key only means that the document exists.
            boolean conditional = write.filter().size() > 1;
            return conditional && faulty && random.nextInt(40) == 0 && racedIds.add(id);
        }

        @Override
        public void close() {}

        private void beginOperation() {
            if (faulty) {
                restoreSaveOrDeliver();
            }
            yieldToOthers();
        }

        private void yieldToOthers() {
            if (faulty) {
                yieldPoint.run();
            }
            if (restoresAtOpen != restores && mutant != Mutant.BATCH_CONTINUES_AFTER_RESTORE) {
                throw sessionLost();
            }
        }
    }

    private boolean replaceIfMatching(String collection, String id, Document filter, Document replacement) {
        Document current = collection(collection).get(id);
        boolean matched = current != null && FilterEvaluator.matches(filter, current);
        if (matched) {
            collection(collection).put(id, replacement);
        }
        return matched;
    }

    private boolean apply(String collection, ConditionalWrite write) {
        Map<String, Document> documents = collection(collection);
        Document filter = mutate(write.filter());
        String id = filter.getString("_id");
        Document current = documents.get(id);
        if (current != null && !FilterEvaluator.matches(filter, current)) {
            return false;
        }
        switch (write) {
            case ConditionalWrite.Replace replace -> documents.put(id, StoredDocuments.of(replace.replacement()));
            case ConditionalWrite.Update update -> {
                Document changed = current == null ? new Document("_id", id) : current;
                FilterEvaluator.applyUpdate(changed, copy(update.update()), current == null);
                documents.put(id, changed);
            }
        }
        Document result = documents.get(id);
        if ((mutant == Mutant.DELETED_MIRRORS_ARE_REMOVED && result.getBoolean("deleted", false))
                || (mutant == Mutant.ZERO_ROLLUPS_ARE_DELETED
                        && result.containsKey("points")
                        && result.get("points", Number.class).longValue() == 0)) {
            documents.remove(id);
        }
        return true;
    }

    private Document mutate(Document filter) {
        Document changed = new Document(filter);
        switch (mutant) {
            case NO_WATERMARK_CONDITION -> changed.keySet().removeIf(name -> name.startsWith("w."));
            case WATERMARK_CONDITION_ACCEPTS_EQUAL ->
                changed.replaceAll((name, condition) -> {
                    if (!name.startsWith("w.")) {
                        return condition;
                    }
                    Object hi =
                            ((Document) condition).get("$not", Document.class).get("$gte");
                    return new Document("$not", new Document("$gt", hi));
                });
            case NO_MIRROR_CONDITION -> changed.remove("$or");
            case MIRROR_CONDITION_IGNORES_OFFSET ->
                changed.computeIfPresent("$or", (name, either) -> List.of(((List<?>) either).getFirst()));
            case MIRROR_CONDITION_ACCEPTS_EQUAL_VERSION ->
                changed.computeIfPresent("$or", (name, either) -> {
                    Object version = ((Document) ((List<?>) either).getFirst())
                            .get("version", Document.class)
                            .get("$lt");
                    return List.of(new Document("version", new Document("$lte", version)));
                });
            default -> {}
        }
        return changed;
    }

    private boolean losesConnection() {
        return faulty && random.nextInt(12) == 0;
    }

    private void maybeApply(Runnable effect) {
        if (random.nextBoolean()) {
            effect.run();
        } else {
            maybeDelay(effect);
        }
    }

    private void maybeDelay(Runnable effect) {
        if (random.nextBoolean()) {
            delayedWrites.add(effect);
        }
    }

    private static SessionLostException sessionLost() {
        return new SessionLostException(SessionLostException.Cause.OUTAGE, "lost", new IllegalStateException());
    }
}
