package dev.studybuddy.api.operations.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.job.JobState;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;

/** This test changes dead letters in a job, while other changes of them happen. */
class DeadLetterChangesIT extends ApiWithReadModel {

    private static final Instant FAILED_AT = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant UP_TO = FAILED_AT.plusSeconds(60);

    private final List<String> changed = new CopyOnWriteArrayList<>();

    /** Runs the changes with a change that the test chooses. */
    static final class ChosenChanges implements JobHandler {

        private static final String KIND = "chosen-changes";

        private final DeadLetterChanges changes;
        private volatile Predicate<DeadLetter> change = letter -> false;

        ChosenChanges(DeadLetterChanges changes) {
            this.changes = changes;
        }

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public void run(JobContext job) {
            changes.run(job, row -> false, change);
        }
    }

    @Override
    protected Class<?>[] beans() {
        return new Class<?>[] {ChosenChanges.class};
    }

    /** The job holds one value at a time, because the value of a dead letter may have several megabytes. */
    @Test
    void eachDeadLetterIsReadImmediatelyBeforeItsChange() {
        store("a");
        store("b");
        store("c");
        api.bean(ChosenChanges.class).change = letter -> {
            changed.add(letter.id() + ": " + letter.detail());
            set("b", new Document("detail", "newer"));
            return true;
        };

        Job job = runJob();

        assertThat(changed).containsExactly("a: no JSON", "b: newer", "c: no JSON");
        assertThat(job.done()).isEqualTo(3);
    }

    @Test
    void aDeadLetterThatFailsAgainDuringTheJobIsNeitherChangedNorCounted() {
        store("a");
        store("b");
        store("c");
        api.bean(ChosenChanges.class).change = letter -> {
            changed.add(letter.id());
            set("b", new Document("lastAt", Date.from(UP_TO.plusSeconds(1))));
            return true;
        };

        Job job = runJob();

        assertThat(changed).containsExactly("a", "c");
        assertThat(job.done()).isEqualTo(2);
    }

    private Job runJob() {
        DeadLetterJobCriteria criteria = new DeadLetterJobCriteria(
                DeadLetterView.PROJECTOR, new DeadLetterCriteria(null, null, null, null), UP_TO, 1_000);
        Jobs jobs = api.bean(Jobs.class);
        UUID id = jobs.submit(ChosenChanges.KIND, "", criteria.settings());
        Job job = Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> jobs.find(id).orElseThrow(), last -> last.state().isFinal());
        assertThat(job.state()).as("%s", job).isEqualTo(JobState.DONE);
        return job;
    }

    private void store(String id) {
        DeadLetter letter = new DeadLetter(
                id,
                DeadLetter.State.OPEN,
                AggregateType.TODO.topic("studybuddy."),
                0,
                1,
                new Binary(id.getBytes(StandardCharsets.UTF_8)),
                new Binary("{broken".getBytes(StandardCharsets.UTF_8)),
                List.of(),
                "unreadable",
                "no JSON",
                0,
                "todo.created",
                1L,
                FAILED_AT,
                FAILED_AT);
        model.database().getCollection(Names.DEAD_LETTERS).insertOne(letter.toDocument());
    }

    private void set(String id, Document fields) {
        model.database()
                .getCollection(Names.DEAD_LETTERS)
                .updateOne(new Document("_id", id), new Document("$set", fields));
    }
}
