package dev.studybuddy.api.openapi;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Generates requests that an OpenAPI document allows. */
final class GeneratedRequests {

    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode document;
    private final Random random;

    GeneratedRequests(JsonNode document, long seed) {
        this.document = document;
        this.random = new Random(seed);
    }

    /**
     * Holds a generated request.
     *
     * @param headers the names and values of the headers
     */
    record Request(String method, String path, @Nullable String body, List<String> headers) {}

    /** Returns a request for an operation; without the optional parts, it has only what the document requires. */
    Request of(String method, String template, JsonNode operation, boolean withOptionalParts) {
        String path = template;
        List<String> query = new ArrayList<>();
        List<String> headers = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            String name = parameter.path("name").asString();
            String value = textOf(parameter.path("schema"), parameter.path("example"), withOptionalParts);
            boolean sent = parameter.path("required").asBoolean(false) || (withOptionalParts && random.nextBoolean());
            switch (parameter.path("in").asString()) {
                case "path" -> path = path.replace("{" + name + "}", encode(value));
                case "query" -> {
                    if (sent) {
                        query.add(name + "=" + encode(value));
                    }
                }
                default -> {
                    // A made-up token or entity tag is rejected, so only the key that makes a retry safe is sent.
                    if (sent && "Idempotency-Key".equals(name)) {
                        headers.addAll(List.of(name, UUID.randomUUID().toString()));
                    }
                }
            }
        }
        JsonNode content = operation.path("requestBody").path("content").path("application/json");
        String body = content.isMissingNode()
                ? null
                : valueOf(content.path("schema"), withOptionalParts).toString();
        return new Request(method, path + (query.isEmpty() ? "" : "?" + String.join("&", query)), body, headers);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String textOf(JsonNode schema, JsonNode example, boolean withOptionalParts) {
        return example.isMissingNode() || (withOptionalParts && random.nextBoolean())
                ? valueOf(schema, withOptionalParts).asString()
                : example.asString();
    }

    private JsonNode valueOf(JsonNode schema, boolean withOptionalParts) {
        JsonNode resolved = resolve(schema);
        if (resolved.has("anyOf")) {
            return valueOf(resolved.path("anyOf").get(0), withOptionalParts);
        }
        // A value with a format, such as an id, varies. The example of any other value is one that ends quickly.
        boolean varies = withOptionalParts && resolved.has("format") && random.nextBoolean();
        if (resolved.has("example") && !varies) {
            return resolved.path("example");
        }
        if (resolved.has("enum")) {
            return resolved.path("enum")
                    .get(random.nextInt(resolved.path("enum").size()));
        }
        return switch (typeOf(resolved)) {
            case "object" -> objectOf(resolved, minProperties(schema, resolved), withOptionalParts);
            case "array" -> arrayOf(resolved, withOptionalParts);
            case "integer" -> JSON.getNodeFactory().numberNode(numberOf(resolved));
            case "number" -> JSON.getNodeFactory().numberNode(random.nextDouble());
            case "boolean" -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            default -> JSON.getNodeFactory().stringNode(stringOf(resolved));
        };
    }

    /** Returns the smallest number of properties, which a reference to a schema may raise. */
    private static int minProperties(JsonNode reference, JsonNode schema) {
        return Math.max(
                reference.path("minProperties").asInt(0),
                schema.path("minProperties").asInt(0));
    }

    private ObjectNode objectOf(JsonNode schema, int minProperties, boolean withOptionalParts) {
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asString()));
        ObjectNode object = JSON.createObjectNode();
        schema.path("properties").forEachEntry((name, property) -> {
            if (required.contains(name)
                    || required.size() + object.size() < minProperties
                    || (withOptionalParts && random.nextBoolean())) {
                object.set(name, valueOf(property, withOptionalParts));
            }
        });
        return object;
    }

    private ArrayNode arrayOf(JsonNode schema, boolean withOptionalParts) {
        ArrayNode array = JSON.createArrayNode();
        int size = Math.max(1, schema.path("minItems").asInt(1));
        for (int n = 0; n < size; n++) {
            array.add(valueOf(schema.path("items"), withOptionalParts));
        }
        return array;
    }

    private long numberOf(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = schema.path("maximum").asLong(least + 100);
        return least + random.nextLong(most - least + 1);
    }

    private String stringOf(JsonNode schema) {
        return switch (schema.path("format").asString("")) {
            case "uuid" -> new UUID(random.nextLong(), random.nextLong()).toString();
            case "date" ->
                LocalDate.now(ZoneOffset.UTC).minusDays(random.nextInt(300)).toString();
            case "date-time" ->
                Instant.now().minus(random.nextInt(300), ChronoUnit.DAYS).toString();
            case "email" -> UUID.randomUUID() + "@example.org";
            default -> {
                int least = Math.max(1, schema.path("minLength").asInt(1));
                int most = Math.max(least, Math.min(40, schema.path("maxLength").asInt(40)));
                yield "x".repeat(least + random.nextInt(most - least + 1));
            }
        };
    }

    private JsonNode resolve(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }

    private static String typeOf(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.get(0).asString() : type.asString("string");
    }
}
