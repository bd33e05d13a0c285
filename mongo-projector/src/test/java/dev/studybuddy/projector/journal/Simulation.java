package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.Traffic;
import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.SessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.Sums;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Runs several instances over one faulty store. Each instance works on every partition as if it were the only owner,
 * and runs the batches of several partitions in groups. A step of one instance can run between any two steps of
 * another, and any journal may be discarded and opened again.
 */
final class Simulation {

    private static final int INSTANCES = 3;
    private static final int STEPS = 12;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T10:00:00Z"), ZoneOffset.UTC);

    private final ReadModel model;
    private final Random random;
    private final Mutant mutant;
    private final List<JournalKey> keys = new ArrayList<>();
    private final Map<JournalKey, RandomHistory> histories = new HashMap<>();
    private final TaskInterleaver interleaver;
    private final FaultyMongo mongo;
    private final BatchGroupRunner groupRunner;

    /** The server refuses each write of this rollup permanently; null if it accepts all. */
    private final @Nullable String unacceptableRollup;

    Simulation(ReadModel model, long seed, int aggregates, int records, Mutant mutant) {
        this.model = model;
        this.random = new Random(seed);
        this.mutant = mutant;
        this.interleaver = new TaskInterleaver(random);
        this.mongo = new FaultyMongo(random, mutant, interleaver::maybeSwitch);
        this.groupRunner = new BatchGroupRunner(mongo, Simulation::storeDeadLetters);
        for (AggregateType type : List.of(AggregateType.TODO, AggregateType.SESSION)) {
            for (int partition = 0; partition < 2; partition++) {
                JournalKey key = new JournalKey(model, 1, type, partition);
                keys.add(key);
                histories.put(
                        key,
                        new RandomHistory(
                                type, type.code() + partition, aggregates, random.nextInt(records) + 1, random));
                mongo.insert(key.journalCollection(), Journal.createInitial(key.journalId(), 0));
            }
        }
        this.unacceptableRollup = pickUnacceptableRollup();
    }

    /** Picks a rollup of the result in a part of the histories, because MongoDB may refuse any document. */
    private @Nullable String pickUnacceptableRollup() {
        List<String> ids = List.copyOf(expectedRollups().keySet());
        if (ids.isEmpty() || random.nextInt(3) > 0) {
            return null;
        }
        String id = ids.get(random.nextInt(ids.size()));
        mongo.refuseAlways(model.rollups() + Names.suffix(1), id);
        return id;
    }

    private Map<String, Map<String, Long>> expectedRollups() {
        Sums sums = new Sums();
        for (JournalKey key : keys) {
            histories.get(key).lastEvents().values().forEach(last -> model.contribute(sums, last.state(), 1));
        }
        Map<String, Map<String, Long>> expected = new TreeMap<>();
        sums.forEach((key, amounts) -> expected.put(key.id(), amounts));
        return expected;
    }

    /**
     * Runs the simulation to its end. Returns a description of the first difference, or an empty string if all is
     * exact.
     */
    String run() {
        interleaver.run(Collections.nCopies(INSTANCES, this::runInstance));
        mongo.stopFaults();
        for (JournalKey key : keys) {
            PartitionJournal journal = createJournal(key);
            RandomHistory history = histories.get(key);
            List<DecodedRecord> rest = history.recordsFrom(journal.recover());
            while (!rest.isEmpty()) {
                PartitionBatch batch = journal.beginBatch(
                        rest.subList(0, Math.min(7, rest.size())).iterator(), offset -> Optional.of(1));
                groupRunner.run(List.of(batch));
                if (!batch.isApplied()) {
                    return key + ": the only instance could not decide a batch";
                }
                rest = history.recordsFrom(journal.hi());
            }
            journal.recordDone(history.endOffset());
            if (journal.done() != history.endOffset()) {
                return key + ": done is " + journal.done() + " but the end offset is " + history.endOffset();
            }
        }
        return findDifference();
    }

    private void runInstance() {
        Map<JournalKey, PartitionJournal> journals = new HashMap<>();
        for (int i = 0; i < STEPS; i++) {
            List<PartitionBatch> batches = new ArrayList<>();
            Map<PartitionJournal, Long> positions = new LinkedHashMap<>();
            List<JournalKey> shuffled = new ArrayList<>(keys);
            Collections.shuffle(shuffled, random);
            for (JournalKey key : shuffled.subList(0, 1 + random.nextInt(keys.size()))) {
                if (random.nextInt(20) == 0) {
                    journals.remove(key);
                }
                PartitionBatch batch = beginStep(key, journals.computeIfAbsent(key, this::createJournal), positions);
                if (batch != null) {
                    batches.add(batch);
                }
            }
            recordDone(positions);
            runGroup(batches);
        }
    }

    /** Records the positions of several partitions with one command. Afterwards each is recorded or unknown. */
    private void recordDone(Map<PartitionJournal, Long> positions) {
        try {
            groupRunner.recordDone(positions);
        } catch (SessionLostException | TemporaryRefusalException lost) {
            positions.keySet().forEach(PartitionJournal::close);
        }
    }

    /**
     * Recovers a journal if necessary. Then records a position, adds it to those that are recorded together, or begins
     * a batch and returns it.
     */
    private @Nullable PartitionBatch beginStep(
            JournalKey key, PartitionJournal journal, Map<PartitionJournal, Long> positions) {
        try {
            if (journal.needsRecovery()) {
                journal.recover();
            }
            RandomHistory history = histories.get(key);
            List<DecodedRecord> rest = history.recordsFrom(journal.hi());
            if (rest.isEmpty() || random.nextInt(10) == 0) {
                long position = mutant == Mutant.POSITION_SKIPS_WAITING_RECORDS || rest.isEmpty()
                        ? history.endOffset()
                        : rest.getFirst().offset();
                long end = random.nextBoolean() ? position : journal.hi();
                if (random.nextInt(3) == 0) {
                    journal.recordDone(end);
                } else {
                    positions.put(journal, end);
                }
                return null;
            }
            return journal.beginBatch(
                    rest.subList(0, random.nextInt(Math.min(8, rest.size())) + 1)
                            .iterator(),
                    offset -> Optional.of(1));
        } catch (SessionLostException | TemporaryRefusalException lost) {
            if (!journal.needsRecovery()) {
                journal.close();
            }
            return null;
        }
    }

    /** Runs a group. Afterwards each journal whose batch is not applied has no position. */
    private void runGroup(List<PartitionBatch> batches) {
        if (batches.isEmpty()) {
            return;
        }
        try {
            groupRunner.run(batches);
        } catch (SessionLostException | TemporaryRefusalException lost) {
            assertThat(batches).as("the batches of a lost group").noneMatch(PartitionBatch::isApplied);
        }
    }

    private PartitionJournal createJournal(JournalKey key) {
        BatchPlanner planner = new BatchPlanner(key.model(), CLOCK);
        // The cache of one partition has room for about two mirrors only.
        MirrorCacheMemory memory = new MirrorCacheMemory(key.partition() == 0 ? 1_000_000 : 2_500);
        return new PartitionJournal(
                key,
                mongo,
                Simulation::storeDeadLetters,
                FaultyPlanFactory.of(mutant, planner),
                FaultyMirrorCache.of(mutant, memory),
                new RecoveryMemory(Long.MAX_VALUE));
    }

    /** Stores dead letters in the same way as production code, but without copies on a topic. */
    private static void storeDeadLetters(FencedSession session, List<Document> deadLetters) {
        List<ConditionalWrite> inserts = new ArrayList<>();
        for (Document deadLetter : deadLetters) {
            Document fields = new Document(deadLetter);
            Document id = new Document("_id", fields.remove("_id"));
            inserts.add(new ConditionalWrite.Update(id, new Document("$setOnInsert", fields)));
        }
        for (WriteRefusal refusal : session.write(Names.DEAD_LETTERS, inserts)) {
            if (!refusal.isDuplicateKey()) {
                throw new TemporaryRefusalException(
                        Names.DEAD_LETTERS, deadLetters.get(refusal.index()).getString("_id"), refusal);
            }
        }
    }

    private String findDifference() {
        Set<String> expectedDeadLetters = new TreeSet<>();
        for (JournalKey key : keys) {
            expectedDeadLetters.addAll(histories.get(key).deadLetterIds());
            for (DecodedRecord.Event last : histories.get(key).lastEvents().values()) {
                Document expected = normalize(StoredDocuments.of(
                        MirrorState.toChange(last, CLOCK.instant()).document()));
                Document mirror = normalize(mongo.collection(key.mirrorCollection())
                        .get(last.state().id()));
                if (!expected.equals(mirror)) {
                    return "expected mirror " + expected + " but found " + mirror;
                }
            }
        }
        Map<String, Map<String, Long>> expected = expectedRollups();
        Map<String, Map<String, Long>> actual = new TreeMap<>(Traffic.shown(
                mongo.collection(model.rollups() + Names.suffix(1)).values()));
        if (unacceptableRollup != null) {
            expected.remove(unacceptableRollup);
            String mark = model.rollups() + Names.suffix(1) + '/' + unacceptableRollup;
            if (!mongo.collection(Names.BROKEN).keySet().equals(Set.of(mark))) {
                return "expected the mark " + mark + " but found " + mongo.collection(Names.BROKEN);
            }
        } else if (!mongo.collection(Names.BROKEN).isEmpty()) {
            return "expected no mark but found " + mongo.collection(Names.BROKEN);
        }
        if (!expected.equals(actual)) {
            return "expected rollups " + expected + " but found " + actual;
        }
        Set<String> stored = new TreeSet<>(mongo.collection(Names.DEAD_LETTERS).keySet());
        return expectedDeadLetters.equals(stored)
                ? ""
                : "expected dead letters " + expectedDeadLetters + " but found " + stored;
    }

    private static Document normalize(@Nullable Document document) {
        return document == null ? new Document() : Document.parse(document.toJson());
    }
}
