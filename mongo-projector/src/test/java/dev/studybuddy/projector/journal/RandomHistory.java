package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.projector.decode.StateDocuments;
import dev.studybuddy.readmodel.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.types.Binary;

/**
 * Generates the records of a partition with the properties that topics guarantee: the first occurrences of versions are
 * dense and in order, any version may be repeated later, and some records are unreadable. A delete may have the version
 * of the state before it, as a repair writes it. Some offsets, also the last ones, have no record, because control
 * records and records of aborted transactions take them.
 */
final class RandomHistory {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
    private static final List<String> SUBJECTS = List.of("Math", "", "a.b");

    private final AggregateType type;
    private final Random random;
    private final List<DecodedRecord> partitionRecords = new ArrayList<>();
    private final Map<String, List<AggregateState>> states = new TreeMap<>();
    private long endOffset;

    RandomHistory(AggregateType type, String name, int aggregates, int records, Random random) {
        this.type = type;
        this.random = random;
        for (int i = 0; i < records; i++) {
            String id = name + '-' + random.nextInt(aggregates);
            List<AggregateState> before = states.computeIfAbsent(id, any -> new ArrayList<>());
            boolean deleted = !before.isEmpty() && before.getLast() instanceof DeletedState;
            if (!before.isEmpty() && !deleted && random.nextInt(12) == 0) {
                DeletedState repairDelete = new DeletedState(
                        id, before.getLast().owner(), before.getLast().version());
                before.add(repairDelete);
                add(repairDelete, false);
            } else if (!before.isEmpty() && (deleted || random.nextInt(4) == 0)) {
                add(before.get(random.nextInt(before.size())), false);
            } else {
                AggregateState next =
                        randomState(id, before.isEmpty() ? 1 : before.getLast().version() + 1);
                before.add(next);
                add(next, random.nextInt(15) == 0);
            }
            if (random.nextInt(4) == 0) {
                endOffset += 1 + random.nextInt(2);
            }
        }
    }

    List<DecodedRecord> recordsFrom(long offset) {
        return partitionRecords.stream()
                .filter(record -> record.offset() >= offset)
                .toList();
    }

    long endOffset() {
        return endOffset;
    }

    /** Returns every state of an aggregate that its records hold. */
    List<AggregateState> states(String id) {
        return states.getOrDefault(id, List.of());
    }

    /** Returns the ids of the dead letters that the projector must have stored in the end. */
    Set<String> deadLetterIds() {
        Set<String> ids = new TreeSet<>();
        for (DecodedRecord record : partitionRecords) {
            if (record instanceof DecodedRecord.Unreadable unreadable) {
                ids.add(unreadable.deadLetter().id());
            }
        }
        return ids;
    }

    /** Returns the events that the mirrors must hold in the end, by aggregate id. */
    Map<String, DecodedRecord.Event> lastEvents() {
        Map<String, DecodedRecord.Event> lastEvents = new TreeMap<>();
        for (DecodedRecord record : partitionRecords) {
            if (record instanceof DecodedRecord.Event event) {
                lastEvents.merge(
                        event.state().id(),
                        event,
                        (one, other) -> other.state().version() >= one.state().version() ? other : one);
            }
        }
        return lastEvents;
    }

    private void add(AggregateState state, boolean unreadable) {
        long offset = endOffset++;
        DeadLetter deadLetter = new DeadLetter(
                type.code() + '-' + state.id() + '-' + offset,
                DeadLetter.State.OPEN,
                "t",
                0,
                offset,
                null,
                new Binary(EventJson.write(state).getBytes(StandardCharsets.UTF_8)),
                List.of(),
                "unreadable",
                "",
                0,
                null,
                null,
                AT,
                AT);
        byte[] json = EventJson.write(state).getBytes(StandardCharsets.UTF_8);
        partitionRecords.add(
                unreadable
                        ? new DecodedRecord.Unreadable(offset, 100, AT, deadLetter)
                        : new DecodedRecord.Event(
                                offset,
                                100,
                                AT,
                                state,
                                StateDocuments.toMirrorBody(EventJson.tree(json)),
                                failure -> deadLetter));
    }

    private AggregateState randomState(String id, long version) {
        String user = "u" + random.nextInt(2);
        if (version > 1 && random.nextInt(5) == 0) {
            return new DeletedState(id, user, version);
        }
        String subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        LocalDate day = LocalDate.of(2026, 12, 30).plusDays(random.nextInt(3));
        if (type == AggregateType.SESSION) {
            return new SessionState(
                    id, user, subject, SessionType.MANUAL, 1 + random.nextInt(60), AT, day, version, AT, AT);
        }
        boolean completed = random.nextInt(3) > 0;
        return new TodoState(
                id,
                user,
                "Read",
                subject,
                Difficulty.HARD,
                9,
                random.nextInt(9),
                completed,
                completed ? AT : null,
                completed ? day : null,
                null,
                version,
                AT,
                AT);
    }
}
