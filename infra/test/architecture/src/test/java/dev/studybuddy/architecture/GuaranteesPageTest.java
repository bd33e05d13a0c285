package dev.studybuddy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that each test that {@code infra/docs/guarantees.md} names exists. */
class GuaranteesPageTest {

    private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w*(?:Tests?|IT))(?:\\.(\\w+))?`");

    @Test
    void everyTestThatThePageNamesExists() throws IOException {
        String page = Files.readString(Modules.root().resolve("infra/docs/guarantees.md"));
        Map<Path, String> sources = Modules.testSources();

        assertThat(NAMED_TEST.matcher(page).results())
                .hasSizeGreaterThan(20)
                .allSatisfy(named -> assertThat(sources.entrySet())
                        .as(named.group())
                        .anyMatch(source -> declares(source.getKey(), source.getValue(), named)));
    }

    private static boolean declares(Path file, String source, MatchResult named) {
        return file.endsWith(named.group(1) + ".java")
                && (named.group(2) == null || source.contains("void " + named.group(2) + "("));
    }
}
