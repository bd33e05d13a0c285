package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Draws the refusals of the simulated MongoDB with codes of every class: some documents are refused permanently, and
 * any write, read or decision may be refused once. It contains the mutants that change what a caller receives.
 */
final class SimulatedRefusals {

    /** DocumentValidationFailure concerns the document. */
    private static final int PERMANENT_CODE = 121;

    /**
     * These codes do not concern the document: a failed step of a sharded cluster, blocked writes, a killed plan, a
     * full disk, a conflict, missing rights, and a code that no release of MongoDB has.
     */
    private static final List<Integer> TEMPORARY_CODES = List.of(82, 371, 175, 14031, 112, 13, 987_654_321);

    private final Random random;
    private final Mutant mutant;
    private final Set<String> unacceptable = new HashSet<>();

    SimulatedRefusals(Random random, Mutant mutant) {
        this.random = random;
        this.mutant = mutant;
    }

    /** Makes the server refuse each write of a document permanently, but a dead letter only if it has a value. */
    void refuseAlways(String collection, String documentId) {
        unacceptable.add(collection + '/' + documentId);
    }

    /** Returns whether the server refuses a write permanently. */
    boolean refusesAlways(String collection, ConditionalWrite write) {
        return unacceptable.contains(collection + '/' + write.filter().getString("_id"))
                && (!collection.equals(Names.DEAD_LETTERS) || hasValue(write));
    }

    private static boolean hasValue(ConditionalWrite write) {
        return write instanceof ConditionalWrite.Update insert
                && insert.update().get("$setOnInsert", Document.class).get("value") != null;
    }

    /**
     * Returns a refusal with a code of any class, or null if the server executes the write.
     *
     * @param faulty whether the server may refuse the write although the document is acceptable
     */
    @Nullable
    WriteRefusal draw(String collection, int index, ConditionalWrite write, boolean faulty) {
        if (refusesAlways(collection, write)) {
            return new WriteRefusal(index, PERMANENT_CODE, "the document is unacceptable");
        }
        boolean mark = collection.equals(Names.BROKEN);
        // Marks are rare, so half of them are refused. The code is random, because none proves that a mark can never
        // be stored.
        if (faulty && random.nextInt(mark ? 2 : 60) == 0) {
            return new WriteRefusal(index, mark ? drawAnyCode() : drawTemporaryCode(), "not now");
        }
        return null;
    }

    /** Returns the refusal of a decision. No code proves that a decision can never be stored. */
    TemporaryRefusalException drawDecision(String collection, Document filter) {
        return new TemporaryRefusalException(
                collection, filter.getString("_id"), new WriteRefusal(0, drawAnyCode(), "not now"));
    }

    /** Returns the failure of a command that the server refuses as a whole. */
    FencedSessionLostException drawCommand(String collection) {
        return new FencedSessionLostException(
                FencedSessionLostException.Cause.REFUSED_COMMAND,
                "find of " + collection + " is refused with code " + drawAnyCode(),
                new IllegalStateException());
    }

    private int drawAnyCode() {
        return random.nextInt(4) == 0 ? PERMANENT_CODE : drawTemporaryCode();
    }

    private int drawTemporaryCode() {
        return TEMPORARY_CODES.get(random.nextInt(TEMPORARY_CODES.size()));
    }

    /** Changes the refusals that the caller receives. */
    List<WriteRefusal> mutate(String collection, List<WriteRefusal> refused, int writes) {
        boolean ignored = switch (mutant) {
            case REFUSED_ROLLUP_IS_IGNORED -> collection.startsWith("study_totals");
            case REFUSED_MIRROR_IS_IGNORED -> collection.startsWith("todos") || collection.startsWith("study_sessions");
            case REFUSED_MARK_IS_IGNORED -> collection.equals(Names.BROKEN);
            case REFUSED_DEAD_LETTER_IS_IGNORED -> collection.equals(Names.DEAD_LETTERS);
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
}
