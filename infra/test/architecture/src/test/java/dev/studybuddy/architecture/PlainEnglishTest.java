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

    /** The check ignores text blocks, because they hold code. Therefore this text block may hold the avoided words. */
    private static final String EXAMPLES = """
            A.java => /** Of a live generation. */ class A {}
            A.java => class A { // Rows are polled|// for again meanwhile.|}
            A.java => class A { String a = "The broker says no."; }
            page.md => A page.||- What is told of is polled.|
            cells.md => ^ `name` ^ the wait that goes on ^|
            table.sql => SELECT 1; -- Where none is there.|
            compose.yaml => a: 1 # Nobody knows it.|
            pom.xml => <a><!-- The same for sweeps. --></a>
            schema.json => {"description": "whoever writes"}
            a.js => /** Whether it runs. */|
            page.html => <p>The page says so.</p>
            run => #!/bin/sh|# Whether it runs.|
            """;

    private static final String JAVA_CODE = """
            /** Returns the rows that {@code says} holds.
             * @param a of any size */ class A { int said; }
            """;

    private static final String PAGE_WITH_CODE = """
                meanwhile

            The option `--beside` is set.
            """;

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
        assertThat(EXAMPLES.lines()).hasSize(12).allSatisfy(example -> {
            String[] parts = example.split(" => ", 2);
            String text = parts[1].replace('|', '\n').replace('^', '|');
            assertThat(faults(avoided, parts[0], text)).isNotEmpty();
        });
    }

    @Test
    void codeAndCompleteSentencesAreNoFaults() throws IOException {
        AvoidedWords avoided = AvoidedWords.read(LIST);

        assertThat(ProseReader.read(Path.of("A.java"), JAVA_CODE)).hasSize(1);
        assertThat(faults(avoided, "A.java", JAVA_CODE)).isEmpty();
        assertThat(ProseReader.read(Path.of("page.md"), PAGE_WITH_CODE)).hasSize(1);
        assertThat(faults(avoided, "page.md", PAGE_WITH_CODE)).isEmpty();
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

    private static List<String> faults(AvoidedWords avoided, String file, String text) {
        return ProseReader.read(Path.of(file), text).stream()
                .flatMap(passage -> avoided.faults(passage).stream())
                .toList();
    }
}
