package dev.studybuddy.e2e.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openqa.selenium.JavascriptExecutor;

/** Checks the shown page with axe-core against the rules of WCAG 2.1 at level AA. */
final class Accessibility {

    private static final String LIBRARY = "/axe.min.js";
    private static final List<String> TAGS = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa");
    private static final String RUN = """
            const done = arguments[arguments.length - 1];
            axe.run(arguments[1], {runOnly: {type: 'tag', values: arguments[0]}, resultTypes: ['violations']}).then(
              result => done({
                passed: result.passes.length,
                violations: result.violations.map(rule => rule.id + ' (' + rule.help + '): ' +
                  rule.nodes.map(node => node.target.join(' ') + ' ' + node.html.slice(0, 160) + ' ' +
                    node.any.concat(node.all, node.none).map(check => check.message).join('; ')).join('\\n    '))
              }),
              error => done({passed: 0, violations: ['axe-core failed: ' + error]}));
            """;

    private final JavascriptExecutor browser;
    private final String library;

    Accessibility(JavascriptExecutor browser) throws IOException {
        this.browser = browser;
        try (InputStream in = Objects.requireNonNull(Accessibility.class.getResourceAsStream(LIBRARY), LIBRARY)) {
            library = new String(in.readAllBytes(), UTF_8);
        }
    }

    /** Returns the violations in the part of the page that the selector names, each with its elements. */
    List<String> violations(String part) {
        if (!Boolean.TRUE.equals(browser.executeScript("return typeof axe === 'object'"))) {
            browser.executeScript(library);
        }
        Map<?, ?> result = (Map<?, ?>) Objects.requireNonNull(browser.executeAsyncScript(RUN, TAGS, part));
        List<?> violations = (List<?>) Objects.requireNonNull(result.get("violations"));
        assertThat(violations.isEmpty() ? result.get("passed") : 1L)
                .as("number of rules that the page passes")
                .isNotEqualTo(0L);
        return violations.stream().map(String::valueOf).toList();
    }
}
