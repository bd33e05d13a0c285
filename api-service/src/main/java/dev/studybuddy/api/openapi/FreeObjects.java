package dev.studybuddy.api.openapi;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Describes a JSON tree as an object with any fields. The library would describe the methods of its class instead. The
 * answers contain trees only in places whose value is an object.
 */
@Component
final class FreeObjects implements ModelConverter {

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        if (JsonNode.class.isAssignableFrom(
                Json.mapper().constructType(type.getType()).getRawClass())) {
            Schema<Object> object = OpenApiConfiguration.schemaOf("object");
            object.setAdditionalProperties(true);
            return object;
        }
        return chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
    }
}
