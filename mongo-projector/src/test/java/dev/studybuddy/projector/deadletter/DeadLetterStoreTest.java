package dev.studybuddy.projector.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.UnsupportedSession;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.DeadLetter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DeadLetterStoreTest {

    private static final int VALIDATION_FAILED = 121;
    private static final int UNKNOWN_CODE = 987_654_321;
    private static final int DUPLICATE_KEY = 11000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DeadLetterStore store = new DeadLetterStore(new ProjectorMetrics(
            registry,
            new Binder(new MapConfigurationPropertySource()).bindOrCreate("studybuddy", ProjectorProperties.class)));
    private final RefusingSession session = new RefusingSession();

    @Test
    void theMetricOfRefusedDeadLettersExistsFromTheStart() {
        assertThat(refused()).isZero();
    }

    @Test
    void theCounterOfEachReasonExistsFromTheStart() {
        assertThat(registry.get("projector_dead_letters").counters())
                .extracting(counter -> counter.getId().getTag("reason"))
                .contains("no-key", "too-large", "unplannable", "mirror-unreadable");
    }

    @Test
    void aDeadLetterThatMongoDbRefusesPermanentlyIsStoredWithoutItsValue() {
        session.codesWithValue.put("todo-3-7", VALIDATION_FAILED);

        store.store(session, List.of(deadLetter(7, "value"), deadLetter(8, "value")));

        assertThat(session.stored.get("todo-3-7"))
                .containsEntry("value", null)
                .containsEntry("valueOmitted", true)
                .containsEntry("valueBytes", 5L)
                .containsEntry("key", new Binary("key".getBytes(UTF_8)))
                .containsEntry(DeadLetter.COPIED, false)
                .extractingByKey("detail")
                .isEqualTo("the id is not a UUID; MongoDB refused the value with code 121");
        assertThat(session.stored.get("todo-3-8")).doesNotContainKey("valueOmitted");
        assertThat(refused()).isZero();
    }

    @Test
    void aDeadLetterThatMongoDbRefusesAlsoWithoutItsValueIsCounted() {
        session.codesWithValue.put("todo-3-7", VALIDATION_FAILED);
        session.codesWithoutValue.put("todo-3-7", VALIDATION_FAILED);

        store.store(session, List.of(deadLetter(7, "value"), deadLetter(8, "value")));

        assertThat(session.stored).containsOnlyKeys("todo-3-8");
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void aRefusedDeadLetterThatHasNoValueIsCounted() {
        session.codesWithoutValue.put("todo-3-7", VALIDATION_FAILED);

        store.store(session, List.of(deadLetter(7, null)));

        assertThat(session.stored).isEmpty();
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void aSecondStoreOfADeadLetterWithoutItsValueChangesNothing() {
        session.codesWithValue.put("todo-3-7", VALIDATION_FAILED);
        session.codesWithoutValue.put("todo-3-7", DUPLICATE_KEY);

        store.store(session, List.of(deadLetter(7, "value")));

        assertThat(session.stored).isEmpty();
        assertThat(refused()).isZero();
    }

    @Test
    void aTemporaryRefusalStopsTheBatch() {
        session.codesWithValue.put("todo-3-7", VALIDATION_FAILED);
        session.codesWithoutValue.put("todo-3-7", UNKNOWN_CODE);

        assertThatExceptionOfType(TemporaryRefusalException.class)
                .isThrownBy(() -> store.store(session, List.of(deadLetter(7, "value"))))
                .matches(refused -> refused.documentId().equals("todo-3-7"));
        assertThat(refused()).isZero();
    }

    @Test
    void aBatchThatIsRepeatedAfterATemporaryRefusalCountsEachDeadLetterOnce() {
        session.codesWithoutValue.put("todo-3-6", VALIDATION_FAILED);
        session.codesWithValue.put("todo-3-7", UNKNOWN_CODE);
        List<Document> batch = List.of(deadLetter(6, null), deadLetter(7, "value"), deadLetter(8, "value"));
        assertThatExceptionOfType(TemporaryRefusalException.class).isThrownBy(() -> store.store(session, batch));
        assertThat(refused()).isZero();
        assertThat(added()).isEqualTo(1);

        session.codesWithValue.remove("todo-3-7");
        store.store(session, batch);

        assertThat(refused()).isEqualTo(1);
        assertThat(added()).isEqualTo(2);
    }

    private double added() {
        return registry.get("projector_dead_letters").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private double refused() {
        return registry.get("projector_dead_letters_refused").counter().count();
    }

    private static Document deadLetter(long offset, String value) {
        return new DeadLetter(
                        "todo-3-" + offset,
                        DeadLetter.State.OPEN,
                        "studybuddy.todo.v1",
                        3,
                        offset,
                        new Binary("key".getBytes(UTF_8)),
                        value == null ? null : new Binary(value.getBytes(UTF_8)),
                        List.of(),
                        "invalid",
                        "the id is not a UUID",
                        0,
                        null,
                        null,
                        Instant.EPOCH,
                        Instant.EPOCH)
                .toDocument();
    }

    /** This session refuses the inserts of chosen dead letters and stores the others. */
    private static final class RefusingSession extends UnsupportedSession {

        private final Map<String, Integer> codesWithValue = new HashMap<>();
        private final Map<String, Integer> codesWithoutValue = new HashMap<>();
        private final Map<String, Document> stored = new HashMap<>();

        @Override
        public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
            List<WriteRefusal> refusals = new ArrayList<>();
            Set<String> before = Set.copyOf(stored.keySet());
            for (int index = 0; index < writes.size(); index++) {
                ConditionalWrite.Update write = (ConditionalWrite.Update) writes.get(index);
                String id = write.filter().getString("_id");
                Document fields = write.update().get("$setOnInsert", Document.class);
                Integer code = (fields.get("value") == null ? codesWithoutValue : codesWithValue).get(id);
                if (before.contains(id)) {
                    refusals.add(new WriteRefusal(index, DUPLICATE_KEY, "duplicate"));
                } else if (code == null) {
                    stored.put(id, fields);
                } else {
                    refusals.add(new WriteRefusal(index, code, "refused"));
                }
            }
            return refusals;
        }
    }
}
