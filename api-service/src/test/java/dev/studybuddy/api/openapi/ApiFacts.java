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
            if (status.startsWith("2")) {
                readContent(response.path("content"), name + " " + status, answers);
            }
        });
        readContent(operation.path("requestBody").path("content"), name + " body", requests);
        for (JsonNode parameter : operation.path("parameters")) {
            String place = name + " " + parameter.path("in").asString() + " "
                    + parameter.path("name").asString();
            readSchema(parameter.path("schema"), place, requests, 0);
            if (parameter.path("required").asBoolean(false)) {
                required.add(place);
            }
        }
    }

    private void readContent(JsonNode content, String place, Map<String, String> facts) {
        content.forEachEntry((type, media) -> readSchema(media.path("schema"), place + " " + type, facts, 0));
    }

    private void readSchema(JsonNode schema, String place, Map<String, String> facts, int depth) {
        JsonNode resolved = resolve(schema);
        facts.put(place, typeOf(resolved));
        values.put(place, new AllowedValues(partsOf(schema, resolved)));
        if (depth == MAX_DEPTH) {
            return;
        }
        for (JsonNode alternative : resolved.path("anyOf")) {
            if (!"null".equals(alternative.path("type").asString())) {
                readProperties(resolve(alternative), place, facts, depth);
            }
        }
        readProperties(resolved, place, facts, depth);
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
        for (JsonNode name : schema.path("required")) {
            required.add(place + "." + name.asString());
        }
        if (schema.has("items")) {
            readSchema(schema.path("items"), place + "[]", facts, depth + 1);
        }
    }

    private JsonNode resolve(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }

    private String typeOf(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (schema.has("anyOf")) {
            Set<String> types = new TreeSet<>();
            schema.path("anyOf").forEach(each -> types.add(typeOf(resolve(each))));
            return String.join("|", types);
        }
        if (type.isArray()) {
            Set<String> types = new TreeSet<>();
            type.forEach(each -> types.add(each.asString()));
            return String.join("|", types);
        }
        return type.asString("any");
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
            if (!later.operations.contains(operationOf(place))) {
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
        for (String value : valuesAt(place).missingValues(later.valuesAt(place))) {
            changes.add("The answer `" + place + "` can now be " + value + ".");
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

    private static String operationOf(String place) {
        return String.join(" ", List.of(place.split(" ", 3)).subList(0, 2));
    }
}
