package dev.studybuddy.api.web;

import dev.studybuddy.api.web.Problem.FieldFault;
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
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of a JSON body, for creating and for merge-patching alike: each getter names what holds where the field is
 * absent, faults are collected, and {@link #finish} throws them all at once, unknown fields among them.
 */
public final class Fields {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode body;
    private final Set<String> known = new HashSet<>();
    private final List<FieldFault> faults = new ArrayList<>();

    private Fields(JsonNode body) {
        this.body = body;
    }

    /**
     * Reads a body.
     *
     * @throws ProblemException 400 where it is no JSON object
     */
    public static Fields of(byte[] body) {
        JsonNode tree;
        try {
            tree = JSON.readTree(body);
        } catch (JacksonException thrown) {
            throw malformed(
                    "The body is no valid JSON (line " + thrown.getLocation().getLineNr() + ", column "
                            + thrown.getLocation().getColumnNr() + ").");
        }
        if (tree == null || !tree.isObject()) {
            throw malformed("The body must be a JSON object.");
        }
        return new Fields(tree);
    }

    private static ProblemException malformed(String detail) {
        return Problem.of(HttpStatus.BAD_REQUEST, "malformed-body", "Malformed body", detail)
                .exception();
    }

    /** Text that must be there, unless {@code otherwise} holds where it is absent. */
    public String text(String name, @Nullable String otherwise, TextRule rule) {
        JsonNode node = required(name, otherwise);
        String read = node == null ? otherwise : textOf(name, node, rule);
        return read == null ? "" : read;
    }

    /** Text that null clears. */
    public @Nullable String optionalText(String name, @Nullable String otherwise, TextRule rule) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        return node.isNull() ? null : textOf(name, node, rule);
    }

    /** A whole number that must be there, unless {@code otherwise} holds where it is absent. */
    public int integer(String name, @Nullable Integer otherwise, int least, int most) {
        JsonNode node = required(name, otherwise);
        if (node == null) {
            return otherwise == null ? least : otherwise;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
            fault(name, "must be a whole number from " + least + " to " + most);
            return least;
        }
        return node.intValue();
    }

    /** A truth value that must not be null, and is {@code otherwise} where it is absent. */
    public boolean bool(String name, boolean otherwise) {
        JsonNode node = required(name, otherwise);
        if (node == null) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            fault(name, "must be true or false");
        }
        return node.booleanValue(otherwise);
    }

    /**
     * Something written as text, that must be there unless {@code otherwise} holds where it is absent.
     *
     * @param instead what a fault returns; never seen, since {@link #finish} throws
     * @param reader throws IllegalArgumentException or DateTimeException for other texts
     */
    public <T> T code(String name, @Nullable T otherwise, T instead, Function<String, T> reader, String rule) {
        JsonNode node = required(name, otherwise);
        if (node == null) {
            return otherwise == null ? instead : otherwise;
        }
        T read = parsed(name, node, reader, rule);
        return read == null ? instead : read;
    }

    /** A date that null clears. */
    public @Nullable LocalDate optionalDate(String name, @Nullable LocalDate otherwise) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        return node.isNull() ? null : parsed(name, node, Fields::date, "must be a date like 2026-11-23");
    }

    /** An instant, cut to microseconds; null where it is absent or null. */
    public @Nullable Instant optionalInstant(String name) {
        JsonNode node = node(name);
        if (node == null || node.isNull()) {
            return null;
        }
        return parsed(
                name,
                node,
                text -> OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS),
                "must be an instant like 2026-11-23T10:00:00Z");
    }

    /** Says that a field is at fault for a reason that its getter can't know. */
    public void fault(String name, String message) {
        faults.add(new FieldFault(name, message));
    }

    /**
     * Ends the reading.
     *
     * @throws ProblemException 400 naming every field at fault and every field that nobody asked for
     */
    public void finish() {
        for (String name : body.propertyNames()) {
            if (!known.contains(name)) {
                fault(name, "is not a field of this request");
            }
        }
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults).exception();
        }
    }

    private @Nullable JsonNode node(String name) {
        known.add(name);
        return body.get(name);
    }

    private @Nullable JsonNode required(String name, @Nullable Object otherwise) {
        JsonNode node = node(name);
        if (node != null && node.isNull()) {
            fault(name, "must not be null");
            return null;
        }
        if (node == null && otherwise == null) {
            fault(name, "is required");
        }
        return node;
    }

    private @Nullable String textOf(String name, JsonNode node, TextRule rule) {
        if (!node.isString()) {
            fault(name, "must be text");
            return null;
        }
        String text = TextRule.normal(node.stringValue());
        String broken = rule.broken(text);
        if (broken != null) {
            fault(name, broken);
        }
        return text;
    }

    private <T> @Nullable T parsed(String name, JsonNode node, Function<String, T> reader, String rule) {
        if (node.isString()) {
            try {
                return reader.apply(node.stringValue());
            } catch (IllegalArgumentException | DateTimeException thrown) {
                fault(name, rule);
                return null;
            }
        }
        fault(name, rule);
        return null;
    }

    private static LocalDate date(String text) {
        LocalDate date = LocalDate.parse(text);
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw new IllegalArgumentException("a year of four digits");
        }
        return date;
    }
}
