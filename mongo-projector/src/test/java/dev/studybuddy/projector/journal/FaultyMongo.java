package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.mongo.FencedSessions;
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
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * Simulates the sessions of MongoDB in memory with every fault that the protocol must withstand: a connection that is
 * lost before or after a write, a bulk whose writes are executed partly in any order and partly late, refused writes,
 * reads and decisions, races of first inserts, mirrors that are too large to be read together, and a restore of an
 * earlier state. Another task may run before any operation and within a bulk.
 */
final class FaultyMongo implements FencedSessions {

    private final Random random;
    private final Mutant mutant;
    private final Runnable yieldPoint;
    private final SimulatedDocuments documents;
    private final SimulatedRefusals refusals;
    private final Deque<Runnable> delayedWrites = new ArrayDeque<>();
    private boolean faulty = true;
    private int restores;

    FaultyMongo(Random random, Mutant mutant, Runnable yieldPoint) {
        this.random = random;
        this.mutant = mutant;
        this.documents = new SimulatedDocuments(mutant);
        this.refusals = new SimulatedRefusals(random, mutant);
        this.yieldPoint = yieldPoint;
    }

    SimulatedDocuments documents() {
        return documents;
    }

    /** Returns the source of the refusals, which a test can extend by a document that the server always refuses. */
    SimulatedRefusals refusals() {
        return refusals;
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

    private void restoreSaveOrDeliver() {
        int draw = random.nextInt(200);
        if (draw < 4) {
            documents.save();
        } else if (draw == 4) {
            documents.restore();
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
            if (refusesNow()) {
                throw refusals.drawCommand(collection);
            }
            List<Document> found = new ArrayList<>();
            for (String id : ids) {
                Document one = documents.collection(collection).get(id);
                if (one != null) {
                    Document copy = SimulatedDocuments.copy(one);
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
                throw refusals.drawDecision(collection, filter);
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
                    refused = refusals.drawDecision(collection, one.filter());
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

        private boolean replaceOne(String collection, Document filter, Document replacement) {
            Document effectiveFilter = new Document(filter);
            boolean positionOnly = replacement.get("hi").equals(replacement.get("done"));
            if (mutant == Mutant.NO_JOURNAL_COMPARE_AND_SET
                    || (mutant == Mutant.POSITION_WITHOUT_COMPARE_AND_SET && positionOnly)) {
                effectiveFilter.remove("hi");
            }
            Document stored = SimulatedDocuments.copy(replacement);
            if (mutant == Mutant.DONE_RECORDED_BEFORE_APPLYING) {
                stored.put("done", stored.get("hi"));
            }
            String id = filter.getString("_id");
            if (losesConnection()) {
                maybeApply(() -> documents.replaceIfMatching(collection, id, effectiveFilter, stored));
                throw sessionLost();
            }
            return documents.replaceIfMatching(collection, id, effectiveFilter, stored);
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
                WriteRefusal refusal = refusals.draw(collection, index, writes.get(index), faulty);
                if (refusal != null) {
                    refused.add(refusal);
                } else if (losesInsertRace(collection, writes.get(index))
                        || !documents.apply(collection, writes.get(index))) {
                    refused.add(new WriteRefusal(index, 11000, "duplicate key"));
                }
            }
            if (lost) {
                order.subList(applied, order.size()).stream()
                        .map(writes::get)
                        .filter(write -> !refusals.refusesAlways(collection, write))
                        .forEach(write -> maybeDelay(() -> documents.apply(collection, write)));
                throw sessionLost();
            }
            return mutant == Mutant.DUPLICATE_KEY_NOT_RETRIED
                    ? refused.stream().filter(one -> !one.isDuplicateKey()).toList()
                    : refusals.mutate(collection, refused, writes.size());
        }

        /**
         * Returns whether another writer inserted the document between this write's lookup and its insert. MongoDB then
         * reports a duplicate key regardless of the condition.
         */
        private boolean losesInsertRace(String collection, ConditionalWrite write) {
            String id = collection + write.filter().getString("_id");
            // A write that only inserts has no race: its duplicate key means that the document exists.
            boolean conditional = write.filter().size() > 1 && !collection.equals(Names.DEAD_LETTERS);
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

    private static FencedSessionLostException sessionLost() {
        return new FencedSessionLostException(
                FencedSessionLostException.Cause.OUTAGE, "lost", new IllegalStateException());
    }
}
