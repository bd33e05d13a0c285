package dev.studybuddy.api.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** These tests load the files of the console. A browser exercises the page in the end-to-end tests. */
class ConsoleIT {

    private static final Path SOURCES =
            Path.of(System.getProperty("studybuddy.root", "..")).resolve("api-service/src/main/resources/console");

    /** A page or a module refers to another file in one of these ways. */
    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([^\"#]+)\"|from '\\./([^']+)'");

    private static final List<String> UNSAFE = List.of(
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "style=");

    private final RunningApi api = RunningApi.shared();

    @Test
    void thePageAllowsOnlyTheScriptsAndStylesOfTheService() {
        ReceivedAnswer page = api.get("/console", "Accept", "text/html");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*", "data:");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.body()).doesNotContain("<style", "style=", "onclick=", "<script>");
        assertThat(api.get("/console/").header("Location")).isEqualTo("../console");
    }

    @Test
    void everyFileThatThePageNeedsIsServedWithItsType() throws IOException {
        for (Path file : files()) {
            String text = Files.readString(file);
            Matcher references = REFERENCE.matcher(text);
            while (references.find()) {
                String path =
                        references.group(1) == null ? "console/assets/" + references.group(2) : references.group(1);
                ReceivedAnswer answer = api.get("/" + path);
                assertThat(answer.status()).as("%s in %s", path, file).isEqualTo(200);
                assertThat(answer.header("Content-Type")).startsWith(typeOf(path));
            }
        }
        assertThat(api.get("/console/assets/uplot/uPlot.esm.js").body()).contains("export");
        assertThat(api.get("/console/assets/absent.js").problem()).isEqualTo("not-found");
        assertThat(api.get("/console/assets/..%2Fapplication.yaml").status()).isGreaterThanOrEqualTo(400);
    }

    private static String typeOf(String path) {
        if (path.endsWith(".js")) {
            return "text/javascript";
        }
        return path.endsWith(".css") ? "text/css" : "image/svg+xml";
    }

    @Test
    void aBrowserUsesItsCopyOfAFileWhileTheFileIsUnchanged() {
        ReceivedAnswer first = api.get("/console/assets/main.js");
        String tag = String.valueOf(first.header("ETag"));

        assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(api.get("/console/assets/main.js", "If-None-Match", tag).status())
                .isEqualTo(304);
        assertThat(api.get("/console/assets/main.js", "If-None-Match", "W/\"other\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void noModuleParsesATextAsMarkupOrAsCode() throws IOException {
        assertThat(files()).allSatisfy(file -> {
            String text = Files.readString(file);
            assertThat(UNSAFE).noneMatch(text::contains);
            assertThat(text.lines().count()).isLessThan(file.toString().endsWith(".js") ? 200 : 500);
        });
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            List<Path> texts = files.filter(file -> file.toString().matches(".*\\.(html|js)"))
                    .toList();
            assertThat(texts).hasSizeGreaterThan(10);
            return texts;
        }
    }
}
