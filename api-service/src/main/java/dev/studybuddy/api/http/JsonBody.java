package dev.studybuddy.api.http;

import dev.studybuddy.api.http.Problem.FieldFault;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the fields of a JSON body, both for creation and for merge patches. Each getter records a fault if the field is
 * invalid, and then returns a placeholder. {@link #finish} throws all faults at once, including one for each unknown
 * field, so that a request with a placeholder has no effect.
 */
public final class JsonBody {

    private static final String INSTANT_RULE = "must be an instant such as 2026-11-23T10:00:00Z";

    private final JsonNode body;
    private final Set<String> readNames = new HashSet<>();
    private final List<FieldFault> faults = new ArrayList<>();

    private JsonBody(JsonNode body) {
        this.body = body;
    }

    /**
     * Parses a body.
     *
     * @throws ProblemException 400 if the body is not a JSON object
     */
    public static JsonBody of(byte[] body) {
        JsonNode tree = JsonSyntax.parse(body);
        if (tree == null || !tree.isObject()) {
            throw JsonSyntax.malformed("The body must be a JSON object.", List.of());
        }
        return new JsonBody(tree);
    }

    /**
     * Reads a body that a client may omit. Returns no fields if the request has no body.
     *
     * @throws ProblemException 400 if the request has a body that is not a JSON object
     */
    public static JsonBody ofOptional(HttpServletRequest request) {
        byte[] body = RawBody.of(request);
        return of(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
    }

    /**
     * Returns a text that must not be null.
     *
     * @param defaultValue the value of an absent field; null if the field is required
     */
    public String text(String name, @Nullable String defaultValue, TextRule rule) {
        JsonNode node = required(name, defaultValue);
        String text = node == null ? defaultValue : parseText(name, node, rule);
        return text == null ? "" : text;
    }

    /**
     * Returns a text that a JSON null clears.
     *
     * @param defaultValue the value of an absent field, which may be null
     */
    public @Nullable String optionalText(String name, @Nullable String defaultValue, TextRule rule) {
        JsonNode node = node(name);
        if (node == null) {
            return defaultValue;
        }
        return node.isNull() ? null : parseText(name, node, rule);
    }

    /**
     * Returns a whole number that must not be null.
     *
     * @param defaultValue the value of an absent field; null if the field is required
     * @param least the smallest valid number
     * @param most the largest valid number
     */
    public int integer(String name, @Nullable Integer defaultValue, int least, int most) {
        JsonNode node = required(name, defaultValue);
        if (node == null) {
            return defaultValue == null ? least : defaultValue;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
            fault(name, "must be a whole number from " + least + " to " + most);
            return least;
        }
        return node.intValue();
    }

    /**
     * Returns a boolean that must not be null.
     *
     * @param defaultValue the value of an absent field
     */
    public boolean bool(String name, boolean defaultValue) {
        JsonNode node = required(name, defaultValue);
        if (node == null) {
            return defaultValue;
        }
        if (!node.isBoolean()) {
            fault(name, "must be true or false");
        }
        return node.booleanValue(defaultValue);
    }

    /**
     * Returns a value that is parsed from a text and must not be null.
     *
     * @param defaultValue the value of an absent field; null if the field is required
     * @param placeholder the value that the method returns after a fault; the caller never uses it, because
     *     {@link #finish} throws
     * @param parser the function from the text to the value; it throws IllegalArgumentException or DateTimeException
     *     for an invalid text
     * @param rule the message of the fault if the text is invalid
     */
    public <T> T code(String name, @Nullable T defaultValue, T placeholder, Function<String, T> parser, String rule) {
        JsonNode node = required(name, defaultValue);
        if (node == null) {
            return defaultValue == null ? placeholder : defaultValue;
        }
        T value = parse(name, node, parser, rule);
        return value == null ? placeholder : value;
    }

    /**
     * Returns a date that a JSON null clears.
     *
     * @param defaultValue the value of an absent field, which may be null
     */
    public @Nullable LocalDate optionalDate(String name, @Nullable LocalDate defaultValue) {
        JsonNode node = node(name);
        if (node == null) {
            return defaultValue;
        }
        return node.isNull() ? null : parse(name, node, JsonBody::parseDate, "must be a date such as 2026-11-23");
    }

    /** Returns an instant truncated to microseconds, or null if the field is absent or null. */
    public @Nullable Instant optionalInstant(String name) {
        JsonNode node = node(name);
        if (node == null || node.isNull()) {
            return null;
        }
        return parse(name, node, JsonBody::parseInstant, INSTANT_RULE);
    }

    /**
     * Returns an instant that must not be null, truncated to microseconds.
     *
     * @param defaultValue the value of an absent field
     */
    public Instant instant(String name, Instant defaultValue) {
        return code(name, defaultValue, defaultValue, JsonBody::parseInstant, INSTANT_RULE);
    }

    /**
     * Returns a list of texts that must not be null.
     *
     * @param least the smallest valid number of texts
     * @param most the largest valid number of texts
     */
    public List<String> texts(String name, int least, int most, TextRule rule) {
        JsonNode node = required(name, null);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.size() < least || node.size() > most) {
            fault(name, "must be a list of " + least + " to " + most + " strings");
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (int at = 0; at < node.size(); at++) {
            String text = parseText(name + '[' + at + ']', node.get(at), rule);
            texts.add(text == null ? "" : text);
        }
        if (new HashSet<>(texts).size() < texts.size()) {
            fault(name, "must not contain an element twice");
        }
        return texts;
    }

    /**
     * Returns a list of strings that must not be null. Unlike {@link #texts}, the method neither normalizes the strings
     * nor checks them against a rule.
     *
     * @param defaultValue the value of an absent field
     * @param most the largest valid number of strings
     */
    public List<String> strings(String name, List<String> defaultValue, int most) {
        JsonNode node = required(name, defaultValue);
        if (node == null) {
            return defaultValue;
        }
        List<String> strings = new ArrayList<>();
        node.forEach(element -> {
            if (element.isString()) {
                strings.add(element.stringValue());
            }
        });
        if (!node.isArray() || strings.size() != node.size() || strings.size() > most) {
            fault(name, "must be a list of at most " + most + " strings");
        }
        return strings;
    }

    /** Records a fault that the getter of the field cannot detect. */
    public void fault(String name, String message) {
        faults.add(new FieldFault(name, message));
    }

    /**
     * Throws if any fault was recorded or the body has a field that no getter has read.
     *
     * @throws ProblemException 400, with each invalid field and each unknown field
     */
    public void finish() {
        for (String name : body.propertyNames()) {
            if (!readNames.contains(name)) {
                fault(name, "is not a field of this request");
            }
        }
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults).toException();
        }
    }

    private @Nullable JsonNode node(String name) {
        readNames.add(name);
        return body.get(name);
    }

    private @Nullable JsonNode required(String name, @Nullable Object defaultValue) {
        JsonNode node = node(name);
        if (node != null && node.isNull()) {
            fault(name, "must not be null");
            return null;
        }
        if (node == null && defaultValue == null) {
            fault(name, "is required");
        }
        return node;
    }

    private @Nullable String parseText(String name, JsonNode node, TextRule rule) {
        if (!node.isString()) {
            fault(name, "must be a string");
            return null;
        }
        String text = TextRule.normalize(node.stringValue());
        String violation = rule.violation(text);
        if (violation != null) {
            fault(name, violation);
        }
        return text;
    }

    private <T> @Nullable T parse(String name, JsonNode node, Function<String, T> parser, String rule) {
        if (node.isString()) {
            try {
                return parser.apply(node.stringValue());
            } catch (IllegalArgumentException | DateTimeException thrown) {
                fault(name, rule);
                return null;
            }
        }
        fault(name, rule);
        return null;
    }

    private static Instant parseInstant(String text) {
        return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
    }

    private static LocalDate parseDate(String text) {
        LocalDate date = LocalDate.parse(text);
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw new IllegalArgumentException("the year must be from 1 to 9999");
        }
        return date;
    }
}
