package dev.studybuddy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that no command of a script or of a page stops reading a pipe before its end. If one did, SIGPIPE could end
 * the writer of the pipe, and with {@code pipefail} the whole command would fail at random.
 */
class ShellPipelineTest {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh.*?$(.*?)^```$");
    private static final Pattern EARLY_END = Pattern.compile("\\|\\s*(?:head\\b"
            + "|grep\\s+(?:-\\S+\\s+)*-[a-zA-Z]*[qm]"
            + "|grep\\s[^|\\n]*>\\s*/dev/null"
            + "|sed\\s[^|\\n]*(?<![a-z])q[;}'\"\\s]).*");

    @Test
    void noCommandStopsReadingAPipeBeforeItsEnd() throws IOException {
        List<Path> files = SourceFiles.below(Modules.root());
        List<Path> scripts = files.stream().filter(ShellPipelineTest::isScript).toList();
        List<Path> pages =
                files.stream().filter(file -> file.toString().endsWith(".md")).toList();

        assertThat(scripts)
                .hasSizeGreaterThan(10)
                .allSatisfy(file -> assertThat(earlyEnds(Files.readString(file)))
                        .as(file.toString())
                        .isEmpty());
        assertThat(pages)
                .hasSizeGreaterThan(20)
                .allSatisfy(file -> assertThat(BLOCK.matcher(Files.readString(file))
                                .results()
                                .flatMap(block -> earlyEnds(block.group(1)).stream()))
                        .as(file.toString())
                        .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sort numbers | head",
                "curl a | grep -q b",
                "curl a | grep -E -m 1 b",
                "curl a | grep b >/dev/null",
                "curl a | sed '3q'; date",
                "curl a |\n  head -n 1"
            })
    void aCommandThatEndsEarlyIsFound(String command) {
        assertThat(earlyEnds(command)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"head -n 1 file", "grep -q a file", "curl a | grep -E '^b' | sed -n 1,10p"})
    void aCommandThatReadsTheWholePipeIsAccepted(String command) {
        assertThat(earlyEnds(command)).isEmpty();
    }

    private static List<String> earlyEnds(String commands) {
        return EARLY_END.matcher(commands).results().map(MatchResult::group).toList();
    }

    private static boolean isScript(Path file) {
        if (file.toString().endsWith(".sh")) {
            return true;
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            return Arrays.equals(bytes.readNBytes(2), new byte[] {'#', '!'});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
