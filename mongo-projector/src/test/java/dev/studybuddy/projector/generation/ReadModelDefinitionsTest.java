package dev.studybuddy.projector.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.ReadModel;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Compares the read models of this program with a file that keeps the definition of each version for ever. */
class ReadModelDefinitionsTest {

    private static final String FILE = "/read-models/definitions.txt";

    @Test
    void aChangedIndexOrTypeOfAReadModelNeedsANewVersion() throws IOException {
        List<String> recorded = readRecorded();
        Collection<ReadModel> models = findModels();

        assertThat(models).hasSizeGreaterThanOrEqualTo(4);
        for (ReadModel model : models) {
            String version = model.name() + ' ' + model.version() + ' ';
            assertThat(describe(model, version))
                    .as("""
                            %s of projection %s. Generations of this version exist with the recorded definition. Give \
                            the projection a new version, and add its lines to the file.""", FILE, version)
                    .containsExactlyInAnyOrderElementsOf(recorded.stream()
                            .filter(line -> line.startsWith(version))
                            .toList());
        }
        assertThat(recorded)
                .contains("journals " + JournalFields.POSITIONS_INDEX + ' '
                        + JournalFields.positionsIndex().entrySet().stream()
                                .map(key -> key.getKey() + ':' + key.getValue())
                                .collect(Collectors.joining(" ")));
    }

    private static List<String> describe(ReadModel model, String version) {
        List<String> lines = new ArrayList<>();
        lines.add(version + "reads "
                + model.reads().stream().map(AggregateType::code).sorted().collect(Collectors.joining(" ")));
        for (ReadModel.Index index : model.indexes()) {
            lines.add(version
                    + index.collection()
                    + ' '
                    + index.name()
                    + ' '
                    + index.fields().stream()
                            .map(field -> field.path() + (field.descending() ? ":-1" : ":1"))
                            .collect(Collectors.joining(" ")));
        }
        return lines;
    }

    private static Collection<ReadModel> findModels() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(
                "dev.studybuddy.projector.study", "dev.studybuddy.projector.subjects")) {
            Map<String, ReadModel> beans = context.getBeansOfType(ReadModel.class);
            return List.copyOf(beans.values());
        }
    }

    private static List<String> readRecorded() throws IOException {
        try (InputStream file = Objects.requireNonNull(ReadModelDefinitionsTest.class.getResourceAsStream(FILE))) {
            return new String(file.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
        }
    }
}
