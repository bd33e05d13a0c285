package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
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

/**
 * A partition's records as topics promise them: versions dense and first in order, any of them repeated later, some
 * unreadable; and sometimes a delete at the version that is there, which a repair writes.
 */
final class History {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
    private static final List<String> SUBJECTS = List.of("Math", "", "a.b");

    private final AggregateType type;
    private final Random random;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, List<AggregateState>> states = new TreeMap<>();

    History(AggregateType type, String name, int aggregates, int records, Random random) {
        this.type = type;
        this.random = random;
        for (int i = 0; i < records; i++) {
            String id = name + '-' + random.nextInt(aggregates);
            List<AggregateState> before = states.computeIfAbsent(id, any -> new ArrayList<>());
            boolean ended = !before.isEmpty() && before.getLast() instanceof DeletedState;
            if (!before.isEmpty() && !ended && random.nextInt(12) == 0) {
                DeletedState repaired = new DeletedState(
                        id, before.getLast().owner(), before.getLast().version());
                before.add(repaired);
                add(repaired, false);
            } else if (!before.isEmpty() && (ended || random.nextInt(4) == 0)) {
                add(before.get(random.nextInt(before.size())), false);
            } else {
                AggregateState next =
                        state(id, before.isEmpty() ? 1 : before.getLast().version() + 1);
                before.add(next);
                add(next, random.nextInt(15) == 0);
            }
        }
    }

    List<Entry> from(long offset) {
        return entries.subList((int) Math.min(offset, entries.size()), entries.size());
    }

    int end() {
        return entries.size();
    }

    /** The ids of the dead letters there must be in the end. */
    Set<String> dead() {
        Set<String> dead = new TreeSet<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Unreadable unreadable) {
                dead.add(unreadable.deadLetter().id());
            }
        }
        return dead;
    }

    /** What mirrors must hold in the end. */
    Map<String, Entry.Event> last() {
        Map<String, Entry.Event> last = new TreeMap<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Event event) {
                last.merge(
                        event.state().id(),
                        event,
                        (one, other) -> other.state().version() >= one.state().version() ? other : one);
            }
        }
        return last;
    }

    private void add(AggregateState state, boolean unreadable) {
        long offset = entries.size();
        DeadLetter letter = new DeadLetter(
                type.code() + '-' + state.id() + '-' + offset,
                DeadLetter.State.OPEN,
                "t",
                0,
                offset,
                null,
                null,
                List.of(),
                "unreadable",
                "",
                0,
                null,
                null,
                AT,
                AT);
        byte[] json = EventJson.write(state).getBytes(StandardCharsets.UTF_8);
        entries.add(
                unreadable
                        ? new Entry.Unreadable(offset, 100, AT, letter)
                        : new Entry.Event(
                                offset, 100, AT, state, StateDocuments.mirrored(EventJson.tree(json)), why -> letter));
    }

    private AggregateState state(String id, long version) {
        String user = "u" + random.nextInt(2);
        if (version > 1 && random.nextInt(5) == 0) {
            return new DeletedState(id, user, version);
        }
        String subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        LocalDate on = LocalDate.of(2026, 12, 30).plusDays(random.nextInt(3));
        if (type == AggregateType.SESSION) {
            return new SessionState(
                    id, user, subject, SessionType.MANUAL, 1 + random.nextInt(60), AT, on, version, AT, AT);
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
                completed ? on : null,
                null,
                version,
                AT,
                AT);
    }
}
