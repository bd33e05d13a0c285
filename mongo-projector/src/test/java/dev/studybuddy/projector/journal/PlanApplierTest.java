package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.UnsupportedSession;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class PlanApplierTest {

    private static final int UNKNOWN_CODE = 987_654_321;
    private static final int INVALID_DOCUMENT = 121;
    private static final String MARK = "study_totals_g1/all:anna";

    private final RefusingSession session = new RefusingSession();
    private final PlanApplier applier = new PlanApplier((any, deadLetters) -> {});
    private final Plan plan = new Plan(
            List.of(new Plan.RollupChange("all:anna", new Document("kind", "user"), Map.of("points", 1L))),
            List.of(Plan.MirrorChange.of(
                    new Document("_id", "a").append("version", 1L).append("offset", 4L))),
            List.of());
    private final DecidedPlan decided = decide(AggregateType.TODO, plan);

    private static DecidedPlan decide(AggregateType type, Plan plan) {
        return new DecidedPlan(new JournalKey(new StudyWithAggregateSums(1), 1, type, 3), plan, 5);
    }

    @Test
    void anUnknownCodeStopsTheBatchAndMarksNothing() {
        session.codes.put("all:anna", UNKNOWN_CODE);

        applier.apply(session, List.of(decided));

        assertThat(decided.refusal())
                .isInstanceOf(TemporaryRefusalException.class)
                .hasMessageContaining(MARK)
                .hasMessageContaining(String.valueOf(UNKNOWN_CODE));
        assertThat(session.marks).isEmpty();
        assertThat(session.written).isEmpty();
    }

    @Test
    void aCodeAboutTheDocumentMarksItAndTheBatchContinues() {
        session.codes.put("all:anna", INVALID_DOCUMENT);

        applier.apply(session, List.of(decided));

        assertThat(decided.isRefused()).isFalse();
        assertThat(session.marks).containsExactly(MARK);
        assertThat(session.written).containsExactly("a");
    }

    @Test
    void aDocumentThatAnOperatorMarkedNoLongerStopsTheBatch() {
        session.codes.put("all:anna", UNKNOWN_CODE);
        session.marks.add(MARK);

        applier.apply(session, List.of(decided));

        assertThat(decided.isRefused()).isFalse();
        assertThat(session.written).containsExactly("a");
    }

    @Test
    void aRefusedMarkStopsTheBatch() {
        session.codes.put("all:anna", INVALID_DOCUMENT);
        session.codes.put(MARK, INVALID_DOCUMENT);

        applier.apply(session, List.of(decided));

        assertThat(decided.refusal())
                .isInstanceOf(TemporaryRefusalException.class)
                .hasMessageContaining(Names.BROKEN);
        assertThat(session.written).isEmpty();
    }

    @Test
    void aRefusalOfOnePlanStopsNoOtherPlanOfTheGroup() {
        DecidedPlan other = decide(
                AggregateType.SESSION,
                new Plan(
                        List.of(new Plan.RollupChange("all:bea", new Document("kind", "user"), Map.of("points", 2L))),
                        List.of(Plan.MirrorChange.of(
                                new Document("_id", "b").append("version", 1L).append("offset", 4L))),
                        List.of()));
        DecidedPlan empty = decide(AggregateType.USER, Plan.EMPTY);
        session.codes.put("all:anna", UNKNOWN_CODE);

        applier.apply(session, List.of(empty, decided, empty, other));

        assertThat(decided.isRefused()).isTrue();
        assertThat(other.isRefused()).isFalse();
        assertThat(session.written).containsExactly("all:bea", "b");
    }

    /** This session refuses the writes of chosen documents and records the others. */
    private static final class RefusingSession extends UnsupportedSession {

        private final Map<String, Integer> codes = new HashMap<>();
        private final Set<String> marks = new TreeSet<>();
        private final List<String> written = new ArrayList<>();

        @Override
        public List<Document> find(String collection, Collection<String> ids) {
            return ids.stream()
                    .filter(marks::contains)
                    .map(id -> new Document("_id", id))
                    .toList();
        }

        @Override
        public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
            List<WriteRefusal> refused = new ArrayList<>();
            for (int index = 0; index < writes.size(); index++) {
                String id = writes.get(index).filter().getString("_id");
                Integer code = codes.get(id);
                if (code != null) {
                    refused.add(new WriteRefusal(index, code, "refused"));
                } else if (collection.equals(Names.BROKEN)) {
                    marks.add(id);
                } else {
                    written.add(id);
                }
            }
            return refused;
        }
    }
}
