package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** In this test, a foreign producer wrote an event with an id that no row can have. */
class ForeignIdsIT extends VerifyFixture {

    private static final String CAPITALS = "DDDDDDDD-0000-4000-8000-000000000004";

    /** The projector accepts this id, so a delete corrects the mirror. */
    @Test
    void aRepairDeletesAnExtraMirrorWhoseIdHasCapitalLetters() {
        TodoState foreign = ReadModelFixture.openTodo(ANNA, "Math", Difficulty.EASY, 5, 0, CAPITALS);
        model.apply(AggregateType.TODO, foreign);

        try (RepeatedWrites projector = new RepeatedWrites(() -> {
            if (count("outbox WHERE processed = false") == 1) {
                model.apply(AggregateType.TODO, new DeletedState(CAPITALS, ANNA, foreign.version()));
                databases
                        .jdbc()
                        .sql("UPDATE outbox SET processed = true, sent_partition = 3, sent_offset = 0")
                        .update();
            }
        })) {
            JsonNode verify = verify(true);

            assertThat(ids(verify, "extra")).containsExactly(CAPITALS);
            assertThat(verify.path("repaired").intValue()).as("%s", verify).isOne();
            assertThat(verify.path("notRepaired").intValue()).isZero();
            assertThat(projector.rounds()).isPositive();
        }
        assertThat(event(CAPITALS)).isEqualTo("todo.deleted " + foreign.version());
        assertThat(verify(false).path("consistent").booleanValue()).isTrue();
    }
}
