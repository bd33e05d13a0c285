package dev.studybuddy.api.openapi;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Describes which properties of a record a client can rely on. Each component is required, because an answer contains
 * all of them; {@link RequestSchemas} describes what a request may omit. A component that is annotated as nullable may
 * be null, unless its schema is annotated as required. A component whose schema is annotated as not required may be
 * absent. It may be null only if its annotation contains the type null.
 */
@Component
final class RecordSchemas implements ModelConverter {

    private static final String NULL = "null";
    private static final String SCHEMAS = "#/components/schemas/";

    private final Map<String, String> typesByName = new ConcurrentHashMap<>();

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Schema<?> resolved = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        JavaType described = Json.mapper().constructType(type.getType());
        if (resolved == null) {
            return null;
        }
        Schema<?> model = modelOf(resolved, context);
        if (described.getRawClass().isRecord() && model != null && model.getProperties() != null) {
            checkName(resolved, described);
            for (RecordComponent component : described.getRawClass().getRecordComponents()) {
                describe(component, model);
            }
        }
        return resolved;
    }

    /**
     * Checks that no other record has the same name in the document, because one of them would replace the other.
     *
     * @throws IllegalStateException if another record has this name
     */
    private void checkName(Schema<?> resolved, JavaType described) {
        String reference = resolved.get$ref();
        if (reference == null) {
            return;
        }
        String type = described.toCanonical();
        String other = typesByName.putIfAbsent(reference, type);
        if (other != null && !other.equals(type)) {
            throw new IllegalStateException(type + " and " + other + " are both described as " + reference
                    + "; give one of them a name of its own with @Schema(name)");
        }
    }

    private static @Nullable Schema<?> modelOf(Schema<?> resolved, ModelConverterContext context) {
        String reference = resolved.get$ref();
        return reference == null ? resolved : context.getDefinedModels().get(reference.substring(SCHEMAS.length()));
    }

    @SuppressWarnings("rawtypes") // The library declares the type of the properties without its parameter.
    private static void describe(RecordComponent component, Schema<?> model) {
        Map<String, Schema> properties = model.getProperties();
        Schema<?> property = properties.get(component.getName());
        if (property == null) {
            return;
        }
        io.swagger.v3.oas.annotations.media.Schema annotation =
                component.getAccessor().getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
        if (annotation != null && annotation.requiredMode() == RequiredMode.NOT_REQUIRED) {
            return;
        }
        boolean required = annotation != null && annotation.requiredMode() == RequiredMode.REQUIRED;
        if (!required && component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            properties.put(component.getName(), withNull(property));
        }
        if (model.getRequired() == null || !model.getRequired().contains(component.getName())) {
            model.addRequiredItem(component.getName());
        }
    }

    private static Schema<?> withNull(Schema<?> property) {
        if (property.getAnyOf() != null) {
            return property;
        }
        if (property.get$ref() != null || property.getTypes() == null || property.getEnum() != null) {
            Schema<Object> either = new JsonSchema();
            either.setAnyOf(List.of(property, OpenApiConfiguration.schemaOf(NULL)));
            return either;
        }
        property.addType(NULL);
        return property;
    }
}
