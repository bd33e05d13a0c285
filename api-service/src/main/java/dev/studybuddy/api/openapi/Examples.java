package dev.studybuddy.api.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/**
 * Adds an example to each property whose format or name determines it, and to each request body. An annotation of a
 * property replaces this example.
 */
@Component
final class Examples implements OpenApiCustomizer {

    private static final String SCHEMAS = "#/components/schemas/";

    private static final Map<String, Object> BY_FORMAT = Map.of(
            "uuid", "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "date", "2026-11-23",
            "date-time", "2026-11-23T10:00:00.000000Z",
            "email", "anna@example.org");

    private static final Map<String, Object> BY_NAME = Map.ofEntries(
            Map.entry("aggregateId", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
            Map.entry("aggregateType", "todo"),
            Map.entry("avatar", "https://example.org/anna.png"),
            Map.entry("email", "anna@example.org"),
            Map.entry("eventType", "todo.created"),
            Map.entry("key", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
            Map.entry("minutes", 25),
            Map.entry("model", "study"),
            Map.entry("perSecond", 100),
            Map.entry("questionsCompleted", 4),
            Map.entry("questionsTarget", 10),
            Map.entry("subject", "Math"),
            Map.entry("timeZone", "Europe/Vienna"),
            Map.entry("title", "Read chapter 3"),
            Map.entry("topic", "studybuddy.todo.v1"),
            Map.entry("userId", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
            Map.entry("username", "anna.b"));

    @Override
    public void customise(OpenAPI api) {
        Map<String, Schema<?>> schemas = schemasOf(api);
        schemas.values().forEach(Examples::addToProperties);
        for (PathItem path : api.getPaths().values()) {
            path.readOperations().stream()
                    .filter(operation -> operation.getRequestBody() != null)
                    .flatMap(operation -> operation.getRequestBody().getContent().values().stream())
                    .forEach(body -> addToBody(body, schemas));
        }
    }

    @SuppressWarnings("rawtypes") // The library declares the type of the schemas without its parameter.
    private static Map<String, Schema<?>> schemasOf(OpenAPI api) {
        Map<String, Schema<?>> schemas = new LinkedHashMap<>();
        Map<String, Schema> declared = api.getComponents().getSchemas();
        declared.forEach(schemas::put);
        return schemas;
    }

    private static void addToProperties(Schema<?> schema) {
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> addToProperty(name, property));
        }
    }

    private static void addToProperty(String name, Schema<?> property) {
        if (property.getExample() != null || property.getEnum() != null || property.get$ref() != null) {
            return;
        }
        if (property.getItems() != null) {
            addToProperty("", property.getItems());
        } else {
            Object ofFormat = property.getFormat() == null ? null : BY_FORMAT.get(property.getFormat());
            Object example = ofFormat == null && isScalar(property) ? BY_NAME.get(name) : ofFormat;
            if (example != null) {
                property.setExample(example);
            }
        }
        addToProperties(property);
    }

    private static boolean isScalar(Schema<?> schema) {
        return hasType(schema, "string") || hasType(schema, "integer");
    }

    private static boolean hasType(Schema<?> schema, String type) {
        return schema.getTypes() != null && schema.getTypes().contains(type);
    }

    private static void addToBody(MediaType body, Map<String, Schema<?>> schemas) {
        if (body.getExample() == null && body.getSchema() != null) {
            exampleOf(body.getSchema(), schemas).ifPresent(body::setExample);
        }
    }

    /** Returns an example with every property that has one, or nothing if the schema has no example. */
    private static Optional<Object> exampleOf(@Nullable Schema<?> schema, Map<String, Schema<?>> schemas) {
        if (schema == null) {
            return Optional.empty();
        }
        if (schema.get$ref() != null) {
            return exampleOf(schemas.get(schema.get$ref().substring(SCHEMAS.length())), schemas);
        }
        if (schema.getExample() != null) {
            return Optional.of(schema.getExample());
        }
        if (schema.getEnum() != null) {
            return Optional.of(schema.getEnum().getFirst());
        }
        if (schema.getAnyOf() != null) {
            return exampleOf(schema.getAnyOf().getFirst(), schemas);
        }
        if (schema.getItems() != null) {
            return exampleOf(schema.getItems(), schemas).map(List::of);
        }
        if (schema.getProperties() != null) {
            Map<String, Object> example = new LinkedHashMap<>();
            schema.getProperties()
                    .forEach((name, property) ->
                            exampleOf(property, schemas).ifPresent(value -> example.put(name, value)));
            return Optional.of(example);
        }
        return hasType(schema, "boolean") ? Optional.of(true) : Optional.empty();
    }
}
