package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerationNumbersTest {

    private static final String PREFIX = "mongo-projector-";

    @Test
    void theHighestNumberCountsCollectionsAndGroups() {
        assertThat(GenerationNumbers.findHighest(PREFIX, "study", List.of("todos_g2"), List.of()))
                .isEqualTo(2);
        assertThat(GenerationNumbers.findHighest(
                        PREFIX, "study", List.of("todos_g2"), List.of("mongo-projector-study-g11")))
                .isEqualTo(11);
        assertThat(GenerationNumbers.findHighest(PREFIX, "study", List.of(), List.of()))
                .isZero();
    }

    @Test
    void everyCollectionOfTheModelCounts() {
        List<String> names = List.of(
                Names.mirrors(Names.SUBJECTS, AggregateType.TODO) + Names.suffix(1),
                Names.mirrors(Names.SUBJECTS, AggregateType.USER) + Names.suffix(2),
                Names.rollups(Names.SUBJECTS) + Names.suffix(3),
                Names.journal(Names.SUBJECTS, 4));

        assertThat(GenerationNumbers.findCollections(Names.SUBJECTS, names))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "subjects_todos_g1",
                        1,
                        "subjects_users_g2",
                        2,
                        "subjects_totals_g3",
                        3,
                        "subjects_journal_g4",
                        4));
        assertThat(GenerationNumbers.findCollections(Names.STUDY, names)).isEmpty();
    }

    @Test
    void otherNamesAreIgnored() {
        assertThat(GenerationNumbers.findCollections(
                        Names.STUDY,
                        List.of(
                                "todos",
                                "todos_g",
                                "todos_g1x",
                                "todos_g-1",
                                "todos_g1234567890",
                                "todos_g1_g2",
                                "_g1",
                                "subjects_todos_g1",
                                Names.GENERATIONS)))
                .isEmpty();
        assertThat(GenerationNumbers.findGroups(
                        PREFIX,
                        Names.STUDY,
                        List.of("study-g1", "mongo-projector-study-g", "mongo-projector-subjects-g1", "x")))
                .isEmpty();
    }
}
