package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UnusualRowsTest {

    @Test
    void thePageOfTheGuaranteesStatesTheNumberOfKinds() throws IOException {
        Path root = Path.of(System.getProperty("studybuddy.root", ".."));

        assertThat(Files.readString(root.resolve("infra/docs/guarantees.md")).lines())
                .filteredOn(line -> line.contains("rows of " + UnusualRows.all().size() + " unusual kinds"))
                .hasSize(1);
    }
}
