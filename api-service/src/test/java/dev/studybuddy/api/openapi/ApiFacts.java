package dev.studybuddy.api.openapi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The facts of an API are what its clients rely on. A fact is a place, such as a property of an answer, with its type
 * and its bounds. The statuses and headers of answers are facts, too. The comparison of the facts of two OpenAPI
 * documents yields the changes that break a client.
 */
final class ApiFacts {

    private static final int MAX_DEPTH = 12;

    private final JsonNode document;
    private final Set<String> operations = new TreeSet<>();
    private final Map<String, String> answers = new TreeMap<>();
    private final Map<String, String> requests = new TreeMap<>();
    private final Map<String, AllowedValues> values = new HashMap<>();
    private final Map<String, Set<String>> headers = new TreeMap<>();
    private final Set<String> required = new HashSet<>();

    private ApiFacts(JsonNode document) {
        this.document = document;
    }

    static ApiFacts of(JsonNode document) {
        ApiFacts facts = new ApiFacts(document);
        document.path("paths")
                .forEachEntry((path, operations) -> operations.forEachEntry((method, operation) ->
                        facts.readOperation(method.toUpperCase(Locale.ROOT) + " " + path, operation)));
        return facts;
    }

    private void readOperation(String name, JsonNode operation) {
        operations.add(name);
        operation.path("responses").forEachEntry((status, response) -> {
            answers.put(name + " " + status, "status");
            headers.put(name + " " + status, Set.copyOf(response.path("headers").propertyNames()));
            readContent(response.path("content"), name + " " + status, answers);
        });
        readRequestBody(operation.path("requestBody"), name + " body");
        for (JsonNode parameter : operation.path("parameters")) {
            String place = name + " " + parameter.path("in").asString() + " "
                    + parameter.path("name").asString();
            readSchema(parameter.path("schema"), place, requests, 0);
            if (parameter.path("required").asBoolean(false)) {
                required.add(place);
            }
        }
    }

    private void readRequestBody(JsonNode body, String place) {
        if (body.isMissingNode()) {
            return;
        }
        requests.put(place, "body");
        if (body.path("required").asBoolean(false)) {
            required.add(place);
        }
        readContent(body.path("content"), place, requests);
    }

    private void readContent(JsonNode content, String place, Map<String, String> facts) {
        content.forEachEntry((type, media) -> readSchema(media.path("schema"), place + " " + type, facts, 0));
    }

    private void readSchema(JsonNode schema, String place, Map<String, String> facts, int depth) {
        JsonNode resolved = resolve(schema);
        facts.merge(place, typeOf(resolved), (type, other) -> joinTypes(List.of(type, other)));
        // If alternatives share a property, the check compares only the bounds of the last one.
        values.put(place, new AllowedValues(partsOf(schema, resolved)));
        if (depth == MAX_DEPTH) {
            return;
        }
        List<JsonNode> alternatives = resolved.path("anyOf")
                .valueStream()
                .filter(alternative -> !"null".equals(alternative.path("type").asString("")))
                .map(this::resolve)
                .toList();
        alternatives.forEach(alternative -> readProperties(alternative, place, facts, depth));
        readProperties(resolved, place, facts, depth);
        findRequired(resolved, alternatives).forEach(name -> required.add(place + "." + name));
    }

    /** Returns the properties that the schema itself requires, and those that each of its alternatives requires. */
    private static Set<String> findRequired(JsonNode schema, List<JsonNode> alternatives) {
        Set<String> names = new TreeSet<>();
        if (!alternatives.isEmpty()) {
            names.addAll(requiredOf(alternatives.getFirst()));
            alternatives.forEach(alternative -> names.retainAll(requiredOf(alternative)));
        }
        names.addAll(requiredOf(schema));
        return names;
    }

    private static Set<String> requiredOf(JsonNode schema) {
        return schema.path("required").valueStream().map(JsonNode::asString).collect(Collectors.toSet());
    }

    private List<JsonNode> partsOf(JsonNode schema, JsonNode resolved) {
        List<JsonNode> parts = new ArrayList<>(List.of(resolved));
        resolved.path("anyOf").forEach(alternative -> parts.add(resolve(alternative)));
        parts.add(schema);
        return parts;
    }

    private void readProperties(JsonNode schema, String place, Map<String, String> facts, int depth) {
        schema.path("properties")
                .forEachEntry((name, property) -> readSchema(property, place + "." + name, facts, depth + 1));
        if (schema.has("items")) {
            readSchema(schema.path("items"), place + "[]", facts, depth + 1);
        }
        if (schema.path("additionalProperties").isObject()) {
            readSchema(schema.path("additionalProperties"), place + ".*", facts, depth + 1);
        }
    }

    private JsonNode resolve(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }

    private String typeOf(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (schema.has("anyOf")) {
            return joinTypes(schema.path("anyOf")
                    .valueStream()
                    .map(each -> typeOf(resolve(each)))
                    .toList());
        }
        if (type.isArray()) {
            return joinTypes(type.valueStream().map(JsonNode::asString).toList());
        }
        return type.asString("any");
    }

    private static String joinTypes(List<String> types) {
        return types.stream()
                .flatMap(each -> Stream.of(each.split("\\|")))
                .distinct()
                .sorted()
                .collect(Collectors.joining("|"));
    }

    /** Returns each change of a later API that breaks a client of this one, as a sentence. */
    List<String> changesThatBreak(ApiFacts later) {
        List<String> changes = new ArrayList<>();
        for (String operation : operations) {
            if (!later.operations.contains(operation)) {
                changes.add("`" + operation + "` was removed.");
            }
        }
        answers.forEach((place, type) -> {
            if (!later.operations.contains(operationOf(place)) || later.lacksStatusAbove(place)) {
                return;
            }
            String laterType = later.answers.get(place);
            if (laterType == null) {
                changes.add("The answer `" + place + "` was removed.");
            } else if (!laterType.equals(type)) {
                changes.add("The answer `" + place + "` is " + laterType + " instead of " + type + ".");
            } else if (required.contains(place) && !later.required.contains(place)) {
                changes.add("The answer `" + place + "` is not always present.");
            }
            changes.addAll(changesOfAnswer(place, later));
        });
        later.requests.forEach((place, type) -> {
            if (!operations.contains(operationOf(place))) {
                return;
            }
            String earlierType = requests.get(place);
            if (later.required.contains(place) && (earlierType == null || !required.contains(place))) {
                changes.add("This part of a request is now required: `" + place + "`.");
            } else if (earlierType != null && !earlierType.equals(type)) {
                changes.add("The request's `" + place + "` is " + type + " instead of " + earlierType + ".");
            } else if (earlierType != null) {
                valuesAt(place)
                        .rejections(later.valuesAt(place))
                        .forEach(rejection -> changes.add("The request's `" + place + "` " + rejection + "."));
            }
        });
        requests.keySet().stream()
                .filter(place -> later.operations.contains(operationOf(place)) && !later.requests.containsKey(place))
                .forEach(place -> changes.add("The request's `" + place + "` was removed."));
        return changes;
    }

    private List<String> changesOfAnswer(String place, ApiFacts later) {
        List<String> changes = new ArrayList<>();
        if (later.answers.containsKey(place)) {
            valuesAt(place)
                    .extensions(later.valuesAt(place))
                    .forEach(extension -> changes.add("The answer `" + place + "` " + extension + "."));
        }
        if (later.answers.containsKey(place)) {
            Set<String> removed = new TreeSet<>(headers.getOrDefault(place, Set.of()));
            removed.removeAll(later.headers.getOrDefault(place, Set.of()));
            for (String header : removed) {
                changes.add("The header `" + header + "` of the answer `" + place + "` was removed.");
            }
        }
        return changes;
    }

    private AllowedValues valuesAt(String place) {
        return values.getOrDefault(place, new AllowedValues(List.of()));
    }

    /** Returns whether the place is a part of an answer whose status these facts do not contain. */
    private boolean lacksStatusAbove(String place) {
        List<String> words = List.of(place.split(" ", 4));
        return words.size() > 3 && !answers.containsKey(String.join(" ", words.subList(0, 3)));
    }

    private static String operationOf(String place) {
        return String.join(" ", List.of(place.split(" ", 3)).subList(0, 2));
    }
}
