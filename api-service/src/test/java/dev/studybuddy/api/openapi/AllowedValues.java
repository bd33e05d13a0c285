package dev.studybuddy.api.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds the bounds of the values at one place of an API, including their format and their pattern. A bound of a request
 * that only the later of two documents has is a change, although the service may always have enforced it.
 */
final class AllowedValues {

    private static final List<String> LOWER_BOUNDS = List.of("minimum", "minLength", "minItems", "minProperties");
    private static final List<String> UPPER_BOUNDS = List.of("maximum", "maxLength", "maxItems");
    private static final List<String> FORMS = List.of("format", "pattern");
    private static final String ENUM = "enum";

    private final ObjectNode bounds = new JsonMapper().createObjectNode();

    /** Creates the bounds of a schema that consists of several parts, such as a reference and its target. */
    AllowedValues(List<JsonNode> parts) {
        List<String> keywords = Stream.of(LOWER_BOUNDS, UPPER_BOUNDS, FORMS, List.of(ENUM))
                .flatMap(List::stream)
                .toList();
        for (JsonNode part : parts) {
            for (String keyword : keywords) {
                if (part.has(keyword)) {
                    bounds.set(keyword, part.path(keyword));
                }
            }
        }
    }

    /** Returns each way in which the later bounds reject values that these bounds allow, as a predicate. */
    List<String> rejections(AllowedValues later) {
        List<String> rejections = new ArrayList<>();
        for (String keyword : LOWER_BOUNDS) {
            if (later.bounds.has(keyword) && (!bounds.has(keyword) || later.number(keyword) > number(keyword))) {
                rejections.add(describe(keyword, later));
            }
        }
        for (String keyword : UPPER_BOUNDS) {
            if (later.bounds.has(keyword) && (!bounds.has(keyword) || later.number(keyword) < number(keyword))) {
                rejections.add(describe(keyword, later));
            }
        }
        for (String keyword : FORMS) {
            if (later.bounds.has(keyword) && !later.text(keyword).equals(text(keyword))) {
                rejections.add(describe(keyword, later));
            }
        }
        if (later.bounds.has(ENUM) && !bounds.has(ENUM)) {
            rejections.add("can only be " + String.join(", ", later.values()));
        }
        for (String value : later.missingValues(this)) {
            rejections.add("cannot be " + value + " any longer");
        }
        return rejections;
    }

    /** Returns each way in which the later bounds allow values that these bounds reject, as a predicate. */
    List<String> extensions(AllowedValues later) {
        List<String> extensions = new ArrayList<>();
        for (String keyword : FORMS) {
            if (bounds.has(keyword) && !text(keyword).equals(later.text(keyword))) {
                extensions.add(describe(keyword, later));
            }
        }
        if (bounds.has(ENUM) && !later.bounds.has(ENUM)) {
            extensions.add("can now be any value");
        }
        for (String value : missingValues(later)) {
            extensions.add("can now be " + value);
        }
        return extensions;
    }

    private String describe(String keyword, AllowedValues later) {
        return "has the " + keyword + " " + later.textOrNone(keyword) + " instead of " + textOrNone(keyword);
    }

    /** Returns the values of the other enumeration that this one lacks. */
    private Set<String> missingValues(AllowedValues other) {
        Set<String> missing = new TreeSet<>();
        if (bounds.has(ENUM) && other.bounds.has(ENUM)) {
            missing.addAll(other.values());
            missing.removeAll(values());
        }
        return missing;
    }

    private Set<String> values() {
        Set<String> values = new TreeSet<>();
        bounds.path(ENUM).forEach(value -> values.add(value.asString("null")));
        return values;
    }

    private double number(String keyword) {
        return bounds.path(keyword).asDouble();
    }

    private String text(String keyword) {
        return bounds.path(keyword).asString("");
    }

    private String textOrNone(String keyword) {
        return bounds.has(keyword) ? text(keyword) : "none";
    }
}
