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
 * Holds the bounds of the values at one place of an API. A bound that only one of two documents has is not compared,
 * because a description may gain a bound that the service has always enforced.
 */
final class AllowedValues {

    private static final List<String> LOWER_BOUNDS = List.of("minimum", "minLength", "minItems", "minProperties");
    private static final List<String> UPPER_BOUNDS = List.of("maximum", "maxLength", "maxItems");
    private static final String ENUM = "enum";

    private final ObjectNode bounds = new JsonMapper().createObjectNode();

    /** Creates the bounds of a schema that consists of several parts, such as a reference and its target. */
    AllowedValues(List<JsonNode> parts) {
        List<String> keywords = Stream.of(LOWER_BOUNDS, UPPER_BOUNDS, List.of(ENUM))
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
            if (isCompared(keyword, later) && later.number(keyword) > number(keyword)) {
                rejections.add("has the " + keyword + " " + later.text(keyword) + " instead of " + text(keyword));
            }
        }
        for (String keyword : UPPER_BOUNDS) {
            if (isCompared(keyword, later) && later.number(keyword) < number(keyword)) {
                rejections.add("has the " + keyword + " " + later.text(keyword) + " instead of " + text(keyword));
            }
        }
        for (String value : later.missingValues(this)) {
            rejections.add("cannot be " + value + " any longer");
        }
        return rejections;
    }

    /** Returns the values of the other enumeration that this one lacks. */
    Set<String> missingValues(AllowedValues other) {
        Set<String> missing = new TreeSet<>();
        if (isCompared(ENUM, other)) {
            other.bounds.path(ENUM).forEach(value -> missing.add(value.asString()));
            bounds.path(ENUM).forEach(value -> missing.remove(value.asString()));
        }
        return missing;
    }

    private boolean isCompared(String keyword, AllowedValues other) {
        return bounds.has(keyword) && other.bounds.has(keyword);
    }

    private double number(String keyword) {
        return bounds.path(keyword).asDouble();
    }

    private String text(String keyword) {
        return bounds.path(keyword).asString();
    }
}
