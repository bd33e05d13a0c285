package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs blocks of the runbooks while one of their conditions is not met, such as a server that is unavailable. */
class RunbookFaultsIT {

    private static final String BACKUP = "backup.md";
    private static final String SQL_IS_RESTORED = "CockroachDB is restored to an earlier point";

    /** No server listens on this port. */
    private static final String UNAVAILABLE_SQL = "postgresql://127.0.0.1:1/none";

    private static IsolatedServers isolated;
    private static TestStack stack;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        OperatorShell.requirePrograms();
        isolated = new IsolatedServers();
        stack = TestStack.start("runbook-faults", isolated.servers(), 1, 1);
    }

    @AfterAll
    static void end() {
        if (stack != null) {
            stack.close();
        }
        if (isolated != null) {
            isolated.close();
        }
    }

    @Test
    void theRaiseOfTheVersionsEndsIfTheDatabaseIsUnavailable() throws Exception {
        String printed = shell().runFailing(
                        "the raise without SQL",
                        block(BACKUP, SQL_IS_RESTORED, 2),
                        Map.of("SQL", UNAVAILABLE_SQL));

        assertThat(printed).contains("Not all versions of users are raised.");
    }

    private OperatorShell shell() {
        return new OperatorShell(stack, folder);
    }

    /** Returns a block of commands of a section. */
    private static String block(String page, String section, int number) throws IOException {
        return page(page).blocks(section, "sh").get(number);
    }

    private static PageBlocks page(String name) throws IOException {
        return new PageBlocks(
                Repository.find().root().resolve("infra/docs/runbooks").resolve(name));
    }
}
