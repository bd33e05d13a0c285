package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.projector.decode.StateDocuments;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.SubjectKeys;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchPlannerTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);
    private static final Map<String, Long> NO_AMOUNTS = Map.of();

    private final BatchPlanner planner =
            new BatchPlanner(new StudyWithAggregateSums(1), Clock.fixed(AT, ZoneOffset.UTC));
    private final Map<String, Supplier<MirrorState>> mirrors = new HashMap<>();
    private long offset;

    @Test
    void aSnapshotOfTheMirroredVersionChangesOnlyTheMirror() {
        SessionState session = session("s", "anna", "Math", 20, DAY, 3);
        applyMirrors(plan(session));

        Plan again = plan(session);

        assertThat(again.rollups()).isEmpty();
        assertThat(mirrorDocuments(again))
                .singleElement()
                .satisfies(
                        mirror -> assertThat(mirror).containsEntry("offset", 1L).containsEntry("version", 3L));
    }

    @Test
    void aRepeatAfterADeleteChangesNothingInTheSameOrALaterBatch() {
        SessionState session = session("s", "anna", "Math", 20, DAY, 1);
        DeletedState deleted = new DeletedState("s", "anna", 2);

        Plan within = plan(session, deleted, session);
        assertThat(within.rollups()).isEmpty();
        assertThat(mirrorDocuments(within))
                .singleElement()
                .satisfies(mirror -> assertThat(mirror).containsOnlyKeys("_id", "version", "offset", "deleted"));
        applyMirrors(within);

        assertThat(plan(session)).isEqualTo(Plan.EMPTY);
    }

    @Test
    void aDeleteAtTheMirroredVersionRemovesTheContribution() {
        applyMirrors(plan(session("s", "anna", "Math", 20, DAY, 4)));

        Plan repair = plan(new DeletedState("s", "anna", 4));

        assertThat(amounts(repair, RollupKey.ofUser(Periods.ALL, "anna")))
                .containsEntry("points", -20L)
                .containsEntry("sessions", -1L);
        assertThat(mirrorDocuments(repair))
                .singleElement()
                .satisfies(mirror -> assertThat(mirror).containsEntry("deleted", true));
    }

    @Test
    void aChangeOfUserSubjectAndDayMovesTheWholeContribution() {
        applyMirrors(plan(session("s", "anna", "Math", 20, DAY, 1)));

        Plan moved = plan(session("s", "ben", "Physics", 30, DAY.minusDays(1), 2));

        assertThat(amounts(moved, RollupKey.ofUser(Periods.day(DAY), "anna")))
                .containsEntry("points", -20L)
                .containsEntry("bySubject.Math.studyMinutes", -20L);
        assertThat(amounts(moved, RollupKey.ofUser(Periods.day(DAY.minusDays(1)), "ben")))
                .containsEntry("points", 30L)
                .containsEntry("bySubject.Physics.studyMinutes", 30L);
        // The earlier day lies in the week before, but both days lie in one month. The month only gains the difference,
        // and its number of sessions does not change.
        assertThat(amounts(moved, RollupKey.ofAllUsers(Periods.month(DAY))))
                .isEqualTo(Map.of("points", 10L, "studyMinutes", 10L));
        assertThat(amounts(moved, RollupKey.ofAllUsers(Periods.week(DAY)))).containsEntry("sessions", -1L);
        assertThat(amounts(moved, RollupKey.ofSubject(Periods.ALL, "Math"))).containsEntry("points", -20L);
        assertThat(amounts(moved, RollupKey.ofUser(Periods.month(DAY), "anna"))).containsEntry("active.23", -1L);
        assertThat(amounts(moved, RollupKey.ofUser(Periods.month(DAY), "ben"))).containsEntry("active.22", 1L);
    }

    @Test
    void versionsWithinABatchBecomeOneWriteForEachDocument() {
        Plan plan = plan(
                session("s", "anna", "Math", 10, DAY, 1),
                session("s", "anna", "Math", 40, DAY, 2),
                session("s", "anna", "Math", 30, DAY, 3));

        assertThat(amounts(plan, RollupKey.ofUser(Periods.ALL, "anna")))
                .containsEntry("points", 30L)
                .containsEntry("sessions", 1L);
        assertThat(plan.rollups()).extracting(Plan.RollupChange::id).doesNotHaveDuplicates();
        assertThat(plan.mirrors()).hasSize(1);
    }

    @Test
    void moreThan500SubjectsOfOneUserBecomeOneRollupWrite() {
        List<AggregateState> sessions = new ArrayList<>();
        for (int n = 0; n < 620; n++) {
            sessions.add(session("s" + n, "anna", "Subject " + n, 1, DAY, 1));
        }

        Plan plan = plan(sessions.toArray(AggregateState[]::new));

        assertThat(plan.deadLetters()).isEmpty();
        assertThat(amounts(plan, RollupKey.ofUser(Periods.ALL, "anna")).keySet().stream()
                        .filter(path -> path.startsWith("bySubject.")))
                .hasSize(620);
        assertThat(amounts(plan, RollupKey.ofUser(Periods.ALL, "anna"))).containsEntry("points", 620L);
        assertThat(PlanFormat.values())
                .allSatisfy(format -> assertThat(Journal.of(
                                        StoredDocuments.of(new Journal(620, 0, plan).toDocument("session-0", format)))
                                .plan())
                        .isEqualTo(plan));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "$inc", "50%", "%2E", "w", "_id", ".", "$", "Größen"})
    void anySubjectNameBecomesExactlyOneField(String subject) {
        Plan plan = plan(session("s", "anna", subject, 20, DAY, 1));

        Map<String, Long> amounts = amounts(plan, RollupKey.ofUser(Periods.ALL, "anna"));
        String path = "bySubject." + SubjectKeys.escape(subject) + ".studyMinutes";
        assertThat(amounts).containsEntry(path, 20L);
        assertThat(path.split("\\.", -1)).hasSize(3).doesNotContain("").noneMatch(name -> name.startsWith("$"));
        assertThat(SubjectKeys.unescape(path.split("\\.", -1)[1])).isEqualTo(subject);
        assertThat(amounts(plan, RollupKey.ofSubject(Periods.ALL, subject))).containsEntry("points", 20L);
        assertThat(PlanFormat.values())
                .allSatisfy(format -> assertThat(
                                Journal.of(StoredDocuments.of(new Journal(1, 0, plan).toDocument("session-0", format)))
                                        .plan())
                        .isEqualTo(plan));
    }

    @Test
    void anEventThatCannotBePlannedIsADeadLetterAndTheRestIsPlanned() {
        mirrors.put(
                "broken",
                readerOf(new Document("_id", "broken").append("version", 1).append("offset", 0L)));

        Plan plan = plan(
                session("zero", "anna", "a\0b", 20, DAY, 1),
                session("broken", "anna", "Math", 20, DAY, 2),
                session("well", "anna", "Math", 20, DAY, 1));

        assertThat(plan.deadLetters())
                .extracting(one -> one.getString("reason"))
                .containsExactly(PlanFailure.CONTRIBUTION_FAILED, PlanFailure.MIRROR_UNREADABLE);
        assertThat(plan.mirrors()).extracting(Plan.MirrorChange::id).containsExactly("well");
        assertThat(amounts(plan, RollupKey.ofUser(Periods.ALL, "anna"))).containsEntry("points", 20L);
    }

    /** Each error has its cause in the event, and not in the state of the process. */
    @ParameterizedTest
    @MethodSource("errorsOfContributions")
    void anEventWhoseContributionFailsWithAnErrorIsADeadLetter(Error error) {
        BatchPlanner failing = new BatchPlanner(new FailingReadModel(error), Clock.fixed(AT, ZoneOffset.UTC));
        PlanBuilder builder = failing.begin();

        assertThat(builder.add(event(session("s", "anna", FailingReadModel.SUBJECT, 20, DAY, 1), 0), mirrors))
                .isTrue();
        assertThat(builder.add(event(session("well", "anna", "Math", 20, DAY, 1), 1), mirrors))
                .isTrue();

        Plan plan = builder.build();
        assertThat(plan.deadLetters())
                .singleElement()
                .satisfies(one -> assertThat(one)
                        .containsEntry("reason", PlanFailure.CONTRIBUTION_FAILED)
                        .containsEntry("detail", error.toString()));
        assertThat(plan.mirrors()).extracting(Plan.MirrorChange::id).containsExactly("well");
        assertThat(plan.rollups()).isEmpty();
    }

    private static List<Error> errorsOfContributions() {
        return List.of(new AssertionError("the state is unexpected"), new StackOverflowError());
    }

    /** A class cannot be loaded, for example, after the jar of the read model was overwritten. */
    @ParameterizedTest
    @MethodSource("errorsOfTheProcess")
    void anErrorOfTheProcessMakesNoDeadLetter(Error error) {
        PlanBuilder builder = new BatchPlanner(new FailingReadModel(error), Clock.fixed(AT, ZoneOffset.UTC)).begin();
        DecodedRecord event = event(session("s", "anna", FailingReadModel.SUBJECT, 20, DAY, 1), 0);

        assertThatExceptionOfType(Error.class)
                .isThrownBy(() -> builder.add(event, mirrors))
                .isSameAs(error);

        Plan plan = builder.build();
        assertThat(plan.deadLetters()).isEmpty();
        assertThat(plan.mirrors()).isEmpty();
        assertThat(plan.rollups()).isEmpty();
    }

    private static List<Error> errorsOfTheProcess() {
        return List.of(
                new NoClassDefFoundError("com/example/Absent"),
                new ClassFormatError("com/example/Overwritten"),
                new ExceptionInInitializerError("a table is missing"),
                new OutOfMemoryError("Java heap space"));
    }

    @Test
    void theNextVersionCorrectsTheSumsAfterAnUnplannableEvent() {
        Plan plan = plan(session("s", "anna", "a\0b", 20, DAY, 1), session("s", "anna", "Math", 30, DAY, 2));

        assertThat(plan.deadLetters()).hasSize(1);
        assertThat(amounts(plan, RollupKey.ofUser(Periods.ALL, "anna")))
                .containsEntry("points", 30L)
                .containsEntry("sessions", 1L);
    }

    private Plan plan(AggregateState... states) {
        List<DecodedRecord> records = new ArrayList<>();
        for (AggregateState state : states) {
            records.add(event(state, offset++));
        }
        PlanBuilder builder = planner.begin();
        for (DecodedRecord record : records) {
            assertThat(builder.add(record, mirrors)).isTrue();
        }
        return builder.build();
    }

    private void applyMirrors(Plan plan) {
        plan.mirrors().forEach(mirror -> mirrors.put(mirror.id(), readerOf(StoredDocuments.of(mirror.document()))));
    }

    private static Supplier<MirrorState> readerOf(Document mirror) {
        return () -> MirrorState.of(AggregateType.SESSION, StoredDocuments.encode(mirror));
    }

    private static List<Document> mirrorDocuments(Plan plan) {
        return plan.mirrors().stream()
                .map(one -> StoredDocuments.of(one.document()))
                .toList();
    }

    private static Map<String, Long> amounts(Plan plan, RollupKey key) {
        return plan.rollups().stream()
                .filter(one -> one.id().equals(key.id()))
                .findFirst()
                .<Map<String, Long>>map(one -> new TreeMap<>(one.amounts()))
                .orElse(NO_AMOUNTS);
    }

    private static DecodedRecord.Event event(AggregateState state, long offset) {
        RawBsonDocument body = StateDocuments.toMirrorBody(
                EventJson.tree(EventJson.write(state).getBytes(StandardCharsets.UTF_8)));
        return new DecodedRecord.Event(offset, 100, AT, state, body, failure -> deadLetter(state, offset, failure));
    }

    private static DeadLetter deadLetter(AggregateState state, long offset, PlanFailure failure) {
        return new DeadLetter(
                "t-0-" + offset,
                DeadLetter.State.OPEN,
                "t",
                0,
                offset,
                null,
                null,
                List.of(),
                failure.reason(),
                failure.detail(),
                0,
                null,
                state.version(),
                AT,
                AT);
    }

    private static SessionState session(
            String id, String user, String subject, int minutes, LocalDate day, long version) {
        return new SessionState(id, user, subject, SessionType.MANUAL, minutes, AT, day, version, AT, AT);
    }

    /** The contribution of one subject adds an amount and then fails. Other subjects contribute nothing. */
    private record FailingReadModel(Error error) implements ReadModel {

        private static final String SUBJECT = "failing";

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public int version() {
            return 2;
        }

        @Override
        public Set<AggregateType> reads() {
            return EnumSet.of(AggregateType.SESSION);
        }

        @Override
        public void contribute(AmountSink sums, AggregateState state, int factor) {
            if (state instanceof SessionState session && session.subject().equals(SUBJECT)) {
                sums.add(RollupKey.ofAllUsers(Periods.ALL), "sessions", factor);
                throw error;
            }
        }

        @Override
        public List<Index> indexes() {
            return List.of();
        }
    }
}
