package dev.studybuddy.api.openapi;

import dev.studybuddy.api.http.Problem;
import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Serves the page that explains each type of a problem, which the build copies into the jar. */
@Hidden
@RestController
final class ProblemPageController {

    /** The page has this path. The section of a type has the path that ends with the type's slug. */
    static final String PATH = "/openapi/problems";

    private static final ClassPathResource PAGE = new ClassPathResource("META-INF/problems.md");
    private static final String TEXT = "text/plain;charset=UTF-8";
    private static final String HEADING = "\n### `";

    @GetMapping(path = PATH, produces = TEXT)
    String page() throws IOException {
        return PAGE.getContentAsString(StandardCharsets.UTF_8);
    }

    @GetMapping(path = PATH + "/{slug}", produces = TEXT)
    String section(@PathVariable String slug) throws IOException {
        String page = page();
        String heading = HEADING + slug + "`\n";
        int start = page.indexOf(heading);
        if (start < 0) {
            throw Problem.notFound("type of a problem").toException();
        }
        int end = page.indexOf("\n#", start + heading.length());
        return page.substring(start + 1, end < 0 ? page.length() : end);
    }
}
