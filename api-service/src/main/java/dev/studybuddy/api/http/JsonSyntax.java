package dev.studybuddy.api.http;

import dev.studybuddy.api.http.Problem.FieldFault;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Parses the JSON of a request. An error names the line, the column and the outermost field that is at fault. */
final class JsonSyntax {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonSyntax() {}

    /**
     * Returns the value of a body, or null if the body is empty.
     *
     * @throws ProblemException 400 if the body is not exactly one JSON value, or exceeds a limit of the parser
     */
    static @Nullable JsonNode parse(byte[] body) {
        JsonParser parser;
        try {
            parser = JSON.createParser(body);
        } catch (JacksonException thrown) {
            throw malformed("The body must be JSON in UTF-8.", List.of());
        }
        try (parser) {
            return parse(parser);
        }
    }

    private static @Nullable JsonNode parse(JsonParser parser) {
        try {
            JsonNode tree = JSON.readTree(parser);
            if (parser.nextToken() != null) {
                throw malformed("The body must be one JSON value, but more text follows it.", List.of());
            }
            return tree;
        } catch (StreamConstraintsException thrown) {
            throw malformed(
                    "The body exceeds a limit of the JSON parser at " + position(parser)
                            + ". It may have at most 500 nested levels, and a number at most 1000 digits.",
                    fault(parser, "must not exceed the limits of the JSON parser"));
        } catch (JacksonException thrown) {
            throw malformed(
                    "The body must be valid JSON; the parser failed at " + position(parser) + ".",
                    fault(parser, "must be valid JSON"));
        }
    }

    /** Returns a problem for a body that cannot be read. */
    static ProblemException malformed(String detail, List<FieldFault> faults) {
        return new Problem(HttpStatus.BAD_REQUEST, "malformed-body", "Malformed body", detail, faults, null)
                .toException();
    }

    private static String position(JsonParser parser) {
        TokenStreamLocation at = parser.currentLocation();
        return "line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    /** Returns a fault of the outermost field that the parser had begun to read. */
    private static List<FieldFault> fault(JsonParser parser, String message) {
        TokenStreamContext outermost = parser.streamReadContext();
        while (outermost.getParent() != null && !outermost.getParent().inRoot()) {
            outermost = outermost.getParent();
        }
        String field = outermost.inObject() ? outermost.currentName() : null;
        return field == null ? List.of() : List.of(new FieldFault(field, message));
    }
}
