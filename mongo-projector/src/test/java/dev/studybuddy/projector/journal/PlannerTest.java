package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.SubjectKeys;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);
    private static final Map<String, Long> NOTHING = Map.of();

    private final Planner planner =
            new Planner(new StudyAndEachAlone(), AggregateType.SESSION, Clock.fixed(AT, ZoneOffset.UTC));
    private final Map<String, Document> mirrors = new HashMap<>();
    private long offset;

    @Test
    void aSnapshotAtTheVersionThatIsThereChangesNoSumAndMovesTheMirrorOn() {
        SessionState session = session("s", "anna", "Math", 20, DAY, 3);
        apply(planned(session));

        Plan again = planned(session);

        assertThat(again.rollups()).isEmpty();
        assertThat(mirrors(again))
                .singleElement()
                .satisfies(
                        mirror -> assertThat(mirror).containsEntry("offset", 1L).containsEntry("version", 3L));
    }

    @Test
    void aStaleRepeatAfterADeleteIsNothingWithinABatchAndAfterIt() {
        SessionState session = session("s", "anna", "Math", 20, DAY, 1);
        DeletedState deleted = new DeletedState("s", "anna", 2);

        Plan within = planned(session, deleted, session);
        assertThat(within.rollups()).isEmpty();
        assertThat(mirrors(within))
                .singleElement()
                .satisfies(mirror -> assertThat(mirror).containsOnlyKeys("_id", "version", "offset", "deleted"));
        apply(within);

        assertThat(planned(session)).isEqualTo(Plan.EMPTY);
    }

    @Test
    void aDeleteAtAnExtraMirrorsVersionTakesItAway() {
        apply(planned(session("s", "anna", "Math", 20, DAY, 4)));

        Plan repair = planned(new DeletedState("s", "anna", 4));

        assertThat(sum(repair, RollupKey.ofUser(Periods.ALL, "anna")))
                .containsEntry("points", -20L)
                .containsEntry("sessions", -1L);
        assertThat(mirrors(repair))
                .singleElement()
                .satisfies(mirror -> assertThat(mirror).containsEntry("deleted", true));
    }

    @Test
    void anotherUserSubjectAndDayMoveTheWholeContribution() {
        apply(planned(session("s", "anna", "Math", 20, DAY, 1)));

        Plan moved = planned(session("s", "ben", "Physics", 30, DAY.minusDays(1), 2));

        assertThat(sum(moved, RollupKey.ofUser(Periods.day(DAY), "anna")))
                .containsEntry("points", -20L)
                .containsEntry("bySubject.Math.studyMinutes", -20L);
        assertThat(sum(moved, RollupKey.ofUser(Periods.day(DAY.minusDays(1)), "ben")))
                .containsEntry("points", 30L)
                .containsEntry("bySubject.Physics.studyMinutes", 30L);
        // One day lies in the week before, both in one month: there only the difference is written, and no session
        // more.
        assertThat(sum(moved, RollupKey.ofEveryone(Periods.month(DAY))))
                .isEqualTo(Map.of("points", 10L, "studyMinutes", 10L));
        assertThat(sum(moved, RollupKey.ofEveryone(Periods.week(DAY)))).containsEntry("sessions", -1L);
        assertThat(sum(moved, RollupKey.ofSubject(Periods.ALL, "Math"))).containsEntry("points", -20L);
        assertThat(sum(moved, RollupKey.ofUser(Periods.month(DAY), "anna"))).containsEntry("active.23", -1L);
        assertThat(sum(moved, RollupKey.ofUser(Periods.month(DAY), "ben"))).containsEntry("active.22", 1L);
    }

    @Test
    void versionsWithinABatchAreChainedToOneWriteOfEachDocument() {
        Plan plan = planned(
                session("s", "anna", "Math", 10, DAY, 1),
                session("s", "anna", "Math", 40, DAY, 2),
                session("s", "anna", "Math", 30, DAY, 3));

        assertThat(sum(plan, RollupKey.ofUser(Periods.ALL, "anna")))
                .containsEntry("points", 30L)
                .containsEntry("sessions", 1L);
        assertThat(plan.rollups()).extracting(Plan.RollupChange::id).doesNotHaveDuplicates();
        assertThat(plan.mirrors()).hasSize(1);
    }

    @Test
    void moreThanFiveHundredSubjectsOfOneUserAreOneWriteOfTheUsersDocuments() {
        List<AggregateState> sessions = new ArrayList<>();
        for (int n = 0; n < 620; n++) {
            sessions.add(session("s" + n, "anna", "Subject " + n, 1, DAY, 1));
        }

        Plan plan = planned(sessions.toArray(AggregateState[]::new));

        assertThat(plan.dead()).isEmpty();
        assertThat(sum(plan, RollupKey.ofUser(Periods.ALL, "anna")).keySet().stream()
                        .filter(path -> path.startsWith("bySubject.")))
                .hasSize(620);
        assertThat(sum(plan, RollupKey.ofUser(Periods.ALL, "anna"))).containsEntry("points", 620L);
        assertThat(Journal.of(Stored.of(new Journal(620, 0, plan).toDocument("session-0")))
                        .plan())
                .isEqualTo(plan);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "$inc", "50%", "%2E", "w", "_id", ".", "$", "Größen"})
    void aSubjectIsOneFieldWhateverItIsCalled(String subject) {
        Plan plan = planned(session("s", "anna", subject, 20, DAY, 1));

        Map<String, Long> amounts = sum(plan, RollupKey.ofUser(Periods.ALL, "anna"));
        String path = "bySubject." + SubjectKeys.escape(subject) + ".studyMinutes";
        assertThat(amounts).containsEntry(path, 20L);
        assertThat(path.split("\\.", -1)).hasSize(3).doesNotContain("").noneMatch(name -> name.startsWith("$"));
        assertThat(SubjectKeys.unescape(path.split("\\.", -1)[1])).isEqualTo(subject);
        assertThat(sum(plan, RollupKey.ofSubject(Periods.ALL, subject))).containsEntry("points", 20L);
        assertThat(Journal.of(Stored.of(new Journal(1, 0, plan).toDocument("session-0")))
                        .plan())
                .isEqualTo(plan);
    }

    @Test
    void whatCantBePlannedIsADeadLetterAndTheRestOfTheBatchGoesOn() {
        mirrors.put("broken", new Document("_id", "broken").append("version", 1).append("offset", 0L));

        Plan plan = planned(
                session("zero", "anna", "a\0b", 20, DAY, 1),
                session("broken", "anna", "Math", 20, DAY, 2),
                session("well", "anna", "Math", 20, DAY, 1));

        assertThat(plan.dead())
                .extracting(one -> one.getString("reason"))
                .containsExactly(Unplannable.CONTRIBUTION, Unplannable.MIRROR);
        assertThat(plan.mirrors()).extracting(Plan.MirrorChange::id).containsExactly("well");
        assertThat(sum(plan, RollupKey.ofUser(Periods.ALL, "anna"))).containsEntry("points", 20L);
    }

    @Test
    void anEventThatCouldNotBePlannedLeavesTheNextVersionToHeal() {
        Plan plan = planned(session("s", "anna", "a\0b", 20, DAY, 1), session("s", "anna", "Math", 30, DAY, 2));

        assertThat(plan.dead()).hasSize(1);
        assertThat(sum(plan, RollupKey.ofUser(Periods.ALL, "anna")))
                .containsEntry("points", 30L)
                .containsEntry("sessions", 1L);
    }

    private Plan planned(AggregateState... states) {
        List<Entry> entries = new ArrayList<>();
        for (AggregateState state : states) {
            entries.add(event(state, offset++));
        }
        return planner.plan(entries, mirrors);
    }

    private void apply(Plan plan) {
        plan.mirrors().forEach(mirror -> mirrors.put(mirror.id(), Stored.of(mirror.document())));
    }

    private static List<Document> mirrors(Plan plan) {
        return plan.mirrors().stream().map(one -> Stored.of(one.document())).toList();
    }

    private static Map<String, Long> sum(Plan plan, RollupKey key) {
        return plan.rollups().stream()
                .filter(one -> one.id().equals(key.id()))
                .findFirst()
                .<Map<String, Long>>map(one -> new TreeMap<>(one.amounts()))
                .orElse(NOTHING);
    }

    private static Entry.Event event(AggregateState state, long offset) {
        RawBsonDocument body =
                StateDocuments.mirrored(EventJson.tree(EventJson.write(state).getBytes(StandardCharsets.UTF_8)));
        return new Entry.Event(offset, 100, AT, state, body, why -> letter(state, offset, why));
    }

    private static DeadLetter letter(AggregateState state, long offset, Unplannable why) {
        return new DeadLetter(
                "t-0-" + offset,
                DeadLetter.State.OPEN,
                "t",
                0,
                offset,
                null,
                null,
                List.of(),
                why.reason(),
                why.detail(),
                0,
                null,
                state.version(),
                AT,
                AT);
    }

    private static SessionState session(
            String id, String user, String subject, int minutes, LocalDate on, long version) {
        return new SessionState(id, user, subject, SessionType.MANUAL, minutes, AT, on, version, AT, AT);
    }
}
