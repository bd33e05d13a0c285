package dev.studybuddy.api.openapi;

import dev.studybuddy.api.http.Problem;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;

/** Serves one address for both kinds of clients: a browser gets the page, any other client gets the JSON document. */
@Hidden
@Controller
final class OpenApiController {

    @GetMapping("/openapi")
    String openApi(@RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept) {
        boolean page = parse(accept).stream().anyMatch(type -> type.equalsTypeAndSubtype(MediaType.TEXT_HTML));
        return page ? "redirect:/openapi/ui" : "forward:/openapi/api.json";
    }

    private static List<MediaType> parse(@Nullable String accept) {
        try {
            return accept == null ? List.of() : MediaType.parseMediaTypes(accept);
        } catch (InvalidMediaTypeException thrown) {
            throw Problem.invalid(HttpHeaders.ACCEPT, "must be a list of media types such as application/json")
                    .toException();
        }
    }
}
