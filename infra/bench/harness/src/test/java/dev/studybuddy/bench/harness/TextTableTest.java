package dev.studybuddy.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void cellsAreAlignedBelowTheirHeaders() {
        TextTable<Double> table = new TextTable<Double>()
                .text("name", 6, row -> "a")
                .number("rate", 6, "%.1f", row -> row)
                .group("CPU:")
                .optional("own", 5, "%.0f", row -> row);

        assertThat(table.format(List.of(12.34, -1.0)).lines())
                .containsExactly(
                        "name     rate | CPU:   own", "a        12.3 |         12", "a        -1.0 |           ");
    }
}
