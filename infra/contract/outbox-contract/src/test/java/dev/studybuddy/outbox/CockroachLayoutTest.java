package dev.studybuddy.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares the optional script that creates the table on CockroachDB with the migrations, which run after the script.
 */
class CockroachLayoutTest {

    /** The tests of a module run in its folder. */
    private static final Path MODULE = Path.of("").toAbsolutePath();

    private static final Path MIGRATIONS = MODULE.resolve("src/main/resources/db/outbox");
    private static final Pattern TABLE =
            Pattern.compile("CREATE TABLE IF NOT EXISTS outbox \\((.*?)\\n\\);", Pattern.DOTALL);
    private static final Pattern FAMILY = Pattern.compile("FAMILY \\w+ \\(([^)]*)\\)");

    @Test
    void theScriptHasTheColumnsAndConstraintsOfTheFirstMigration() throws IOException {
        assertThat(definitions(MODULE.resolve("cockroach-layout.sql")))
                .containsExactlyElementsOf(definitions(MIGRATIONS.resolve("V1__outbox.sql")));
    }

    @Test
    void eachColumnBelongsToOneFamily() throws IOException {
        String table = table(MODULE.resolve("cockroach-layout.sql"));
        List<String> columns = definitions(MODULE.resolve("cockroach-layout.sql")).stream()
                .filter(line -> !line.startsWith("PRIMARY KEY"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();

        assertThat(FAMILY.matcher(table)
                        .results()
                        .flatMap(family -> Arrays.stream(family.group(1).strip().split(",\\s*"))))
                .containsExactlyInAnyOrderElementsOf(columns);
    }

    /** A later migration that adds a column of the outbox must add it to a family of the script's table, too. */
    @Test
    void noOtherMigrationAddsAColumnToTheTable() throws IOException {
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readString(file))
                            .doesNotContainPattern("ALTER TABLE (IF EXISTS )?outbox\\s+ADD COLUMN"));
        }
    }

    /** Returns the lines of the table's columns and constraints, without families and commas at the end. */
    private static List<String> definitions(Path script) throws IOException {
        return FAMILY.matcher(table(script))
                .replaceAll("")
                .lines()
                .map(String::strip)
                .map(line -> line.endsWith(",") ? line.substring(0, line.length() - 1) : line)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static String table(Path script) throws IOException {
        Matcher table = TABLE.matcher(Files.readString(script));
        assertThat(table.find()).as("%s creates the table", script).isTrue();
        return table.group(1);
    }
}
