package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.testing.AggregateTopics;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationStore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** In this test, a generation may lack events, because its topics are not the present ones or lost records. */
class ReplacedTopicsIT extends GenerationsFixture {

    /** The topics of the fixture's generations have another prefix than those on the broker. */
    @Test
    void aGenerationOfTopicsWithAnotherPrefixIsNotActivated() throws Exception {
        AggregateTopics.create(prefix);

        assertThat(activatePrevious().text("/detail"))
                .contains("topic " + AggregateType.TODO.topic(prefix) + " replaces topic fixture.todo.v1");
    }

    @Test
    void aGenerationOfTopicsThatWereCreatedAgainIsNotActivated() throws Exception {
        createTopics();
        AggregateTopics.delete(prefix);
        AggregateTopics.create(prefix);

        assertThat(activatePrevious().text("/detail"))
                .contains("topic " + AggregateType.TODO.topic(prefix) + " was deleted, created again or repartitioned");
    }

    /** The end offsets are those of the present topics, so the generation has caught up. */
    @Test
    void aRebuildFromReplacedTopicsIsAbortedInsteadOfActivated() throws Exception {
        AggregateTopics.create(prefix);
        buildNext();

        submitActivation();

        awaitAborted();
    }

    /** The record on a present topic is not on the topics that the generation reads. */
    @Test
    void aRebuildFromReplacedTopicsThatNeverCatchesUpIsAborted() throws Exception {
        AggregateTopics.create(prefix);
        publish(newDeadLetter(0, "unreadable"));
        buildNext();

        submitActivation();

        awaitAborted();
    }

    /** Builds a second generation, which has applied no records. */
    private void buildNext() {
        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            next.journals();
            next.build();
        }
    }

    private void submitActivation() {
        api.bean(Jobs.class).submit(ActivationJob.kind("study"), "2", ActivationJob.settings("study"));
    }

    private void awaitAborted() {
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> projection().path("building").isNull());
        assertThat(projection().path("active").intValue()).isOne();
        assertThat(new GenerationStore(model.database())
                        .read("study")
                        .orElseThrow()
                        .generations()
                        .get(2)
                        .reason())
                .contains("topic " + AggregateType.TODO.topic(prefix) + " replaces topic fixture.todo.v1");
    }

    @Test
    void aGenerationThatIsAheadOfItsTopicsIsNotActivated() throws Exception {
        createTopics();
        model.journal(AggregateType.TODO, 3, 100);

        assertThat(activatePrevious().text("/detail"))
                .isEqualTo("Generation 1 of read model study applied more records than a partition of its topics holds,"
                        + " so the topics were replaced or lost records. Start a rebuild.");
    }

    /** Activates a second generation and then the first one again, which the API rejects. */
    private ReceivedAnswer activatePrevious() {
        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            next.activate();
        }
        ReceivedAnswer rejected = api.post("/api/admin/projections/rebuild/1/activate", "");
        assertThat(rejected.status()).as("%s", rejected.json()).isEqualTo(409);
        assertThat(rejected.problem()).isEqualTo("topics-replaced");
        assertThat(projection().path("active").intValue()).isEqualTo(2);
        return rejected;
    }
}
