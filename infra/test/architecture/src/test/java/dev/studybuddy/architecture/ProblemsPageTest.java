package dev.studybuddy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the page of the problems with the types of the problems that the code names. */
class ProblemsPageTest {

    private static final Pattern IN_CODE =
            Pattern.compile("(?:(?:conflict|unavailable)\\(|HttpStatus\\.[A-Z_]+,|reject\\(\\s*request,\\s*response,)"
                    + "\\s*\"([a-z]+(?:-[a-z]+)*)\"");
    private static final Pattern ON_PAGE = Pattern.compile("(?m)^### `([a-z-]+)`\n\nStatus \\d{3}\\. ");

    /** The service derives these types from a status that the framework or the container has set. */
    private static final Set<String> OF_STATUS = Set.of(
            "bad-request",
            "unauthorized",
            "forbidden",
            "method-not-allowed",
            "not-acceptable",
            "request-timeout",
            "content-too-large",
            "unsupported-media-type",
            "expectation-failed",
            "request-header-fields-too-large",
            "internal-error");

    @Test
    void everyTypeOfAProblemHasASectionOnThePage() throws IOException {
        Set<String> explained = new TreeSet<>();
        ON_PAGE.matcher(Files.readString(Modules.root().resolve("infra/docs/problems.md")))
                .results()
                .forEach(row -> explained.add(row.group(1)));
        Set<String> named = new TreeSet<>(OF_STATUS);
        for (Path source : sources()) {
            IN_CODE.matcher(Files.readString(source)).results().forEach(match -> named.add(match.group(1)));
        }
        assertThat(named).contains("precondition-failed", "database-unavailable", "user-deleted", "contention");
        assertThat(explained).isEqualTo(named);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> found = Files.walk(Modules.root().resolve("api-service/src/main/java"))) {
            return found.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
