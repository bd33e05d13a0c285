package dev.studybuddy.api.operations.deadletter;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/**
 * Adds to the OpenAPI document that a discard of many dead letters requires a filter. No annotation can express this
 * rule.
 */
@Component
final class DiscardFilterRule implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI api) {
        PathItem discard = Objects.requireNonNull(api.getPaths().get("/api/admin/dead-letters/discard"));
        discard.getPost().getRequestBody().getContent().values().forEach(body -> requireFilter(body.getSchema()));
    }

    private static void requireFilter(Schema<?> body) {
        Stream.of("source", "topic", "reason", "cause", "key")
                .forEach(filter -> body.addAnyOfItem(new JsonSchema().required(List.of(filter))));
    }
}
