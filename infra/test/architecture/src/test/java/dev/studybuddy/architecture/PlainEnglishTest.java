package dev.studybuddy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the language of all comments, messages and pages against {@code infra/docs/words-to-avoid.txt}. */
class PlainEnglishTest {

    private static final Path ROOT = Modules.root();
    private static final Path LIST = ROOT.resolve("infra/docs/words-to-avoid.txt");
    private static final Pattern TEST_METHOD = Pattern.compile("\\bvoid ([a-z]\\w*)\\(");

    @Test
    void noProseUsesAnAvoidedWordOrOpening() throws IOException {
        AvoidedWords avoided = AvoidedWords.read(LIST);
        List<Passage> passages = new ProseReader(ROOT).readAll();

        assertThat(passages).hasSizeGreaterThan(4_000);
        assertThat(passages.stream().flatMap(passage -> avoided.faults(passage).stream()))
                .isEmpty();
    }

    @Test
    void aFaultIsFoundInEachKindOfFile() throws IOException {
        AvoidedWords avoided = AvoidedWords.read(LIST);

        assertThat(avoided.size()).isGreaterThan(100);
        assertFault(avoided, "A.java", "/** Of a live generation. */ class A {}");
        assertFault(avoided, "A.java", "class A { // Rows are polled\n// for again meanwhile.\n}");
        assertFault(avoided, "A.java", "class A { String a = \"The broker says no.\"; }");
        assertFault(avoided, "page.md", "A page.\n\n- What is told of is polled.\n");
        assertFault(avoided, "page.md", "| `name` | the wait that goes on |\n");
        assertFault(avoided, "table.sql", "SELECT 1; -- Where none is there.\n");
        assertFault(avoided, "compose.yaml", "a: 1 # Nobody knows it.\n");
        assertFault(avoided, "pom.xml", "<a><!-- The same for sweeps. --></a>");
        assertFault(avoided, "schema.json", "{\"description\": \"whoever writes\"}");
        assertFault(avoided, "run", "#!/bin/sh\n# Whether it runs.\n");
    }

    @Test
    void codeAndCompleteSentencesAreNoFaults() throws IOException {
        AvoidedWords avoided = AvoidedWords.read(LIST);

        assertThat(
                        ProseReader.read(
                                Path.of("A.java"),
                                "/** Returns the rows that {@code says} holds.\n * @param a of any size */ class A { int said; }"))
                .hasSize(1)
                .allSatisfy(passage -> assertThat(avoided.faults(passage)).isEmpty());
        assertThat(ProseReader.read(Path.of("page.md"), "    meanwhile\n\nThe option `--beside` is set.\n"))
                .hasSize(1)
                .allSatisfy(passage -> assertThat(avoided.faults(passage)).isEmpty());
    }

    @Test
    void testNamesHaveAtMostSeventyCharacters() throws IOException {
        assertThat(Modules.testSources())
                .isNotEmpty()
                .allSatisfy(
                        (file, source) -> assertThat(TEST_METHOD.matcher(source).results())
                                .as(file.toString())
                                .allSatisfy(match -> assertThat(match.group(1)).hasSizeLessThanOrEqualTo(70)));
    }

    private static void assertFault(AvoidedWords avoided, String file, String text) {
        assertThat(ProseReader.read(Path.of(file), text).stream().flatMap(passage -> avoided.faults(passage).stream()))
                .as(text)
                .isNotEmpty();
    }
}
