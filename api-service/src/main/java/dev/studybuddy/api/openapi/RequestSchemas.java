package dev.studybuddy.api.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/**
 * Describes that a request may omit each field that may be null. An answer contains all its fields, so
 * {@link RecordSchemas} describes such a field as required.
 */
@Component
final class RequestSchemas implements OpenApiCustomizer {

    private static final String NULL = "null";

    @Override
    @SuppressWarnings("rawtypes") // The library declares the type of the schemas without its parameter.
    public void customise(OpenAPI api) {
        Map<String, Schema> schemas = api.getComponents().getSchemas();
        List<Operation> operations = api.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .toList();
        Set<String> inRequests = new TreeSet<>();
        operations.stream()
                .filter(operation -> operation.getRequestBody() != null)
                .flatMap(operation -> schemasOf(operation.getRequestBody().getContent()))
                .forEach(schema -> addReachable(schema, schemas, inRequests));
        Set<String> inAnswers = new TreeSet<>();
        operations.stream()
                .flatMap(operation -> operation.getResponses().values().stream())
                .flatMap(response -> schemasOf(response.getContent()))
                .forEach(schema -> addReachable(schema, schemas, inAnswers));
        for (String name : inRequests) {
            Schema<?> schema = Objects.requireNonNull(schemas.get(name));
            List<String> optional = findRequiredNullable(schema);
            if (!optional.isEmpty() && inAnswers.contains(name)) {
                throw new IllegalStateException("Requests and answers share the schema " + name
                        + ", but only requests may omit " + optional + "; describe the request by a record of its own");
            }
            if (!optional.isEmpty()) {
                schema.setRequired(schema.getRequired().stream()
                        .filter(property -> !optional.contains(property))
                        .toList());
            }
        }
    }

    private static Stream<Schema<?>> schemasOf(@Nullable Content content) {
        return content == null
                ? Stream.empty()
                : content.values().stream()
                        .<Schema<?>>map(body -> body.getSchema())
                        .filter(Objects::nonNull);
    }

    @SuppressWarnings("rawtypes") // The library declares the type of the schemas without its parameter.
    private static void addReachable(Schema<?> schema, Map<String, Schema> schemas, Set<String> names) {
        String reference = schema.get$ref();
        if (reference != null) {
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            Schema<?> target = schemas.get(name);
            // A later customizer adds the schema of problems, which no request has.
            if (target != null && names.add(name)) {
                addReachable(target, schemas, names);
            }
        }
        partsOf(schema).forEach(part -> addReachable(part, schemas, names));
    }

    @SuppressWarnings("rawtypes") // The library declares the type of the parts without its parameter.
    private static List<Schema<?>> partsOf(Schema<?> schema) {
        List<Schema<?>> parts = new ArrayList<>();
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(part -> parts.add(part));
        }
        if (schema.getItems() != null) {
            parts.add(schema.getItems());
        }
        if (schema.getAdditionalProperties() instanceof Schema<?> values) {
            parts.add(values);
        }
        Stream.of(schema.getAnyOf(), schema.getAllOf(), schema.getOneOf())
                .filter(Objects::nonNull)
                .forEach(alternatives -> alternatives.forEach(part -> parts.add(part)));
        return parts;
    }

    private static List<String> findRequiredNullable(Schema<?> schema) {
        if (schema.getRequired() == null || schema.getProperties() == null) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        schema.getProperties().forEach((name, property) -> {
            if (schema.getRequired().contains(name) && mayBeNull(property)) {
                found.add(name);
            }
        });
        return found;
    }

    private static boolean mayBeNull(Schema<?> schema) {
        return hasNull(schema)
                || (schema.getAnyOf() != null && schema.getAnyOf().stream().anyMatch(RequestSchemas::hasNull));
    }

    private static boolean hasNull(Schema<?> schema) {
        return schema.getTypes() != null && schema.getTypes().contains(NULL);
    }
}
