package dev.studybuddy.api.operations.deadletter;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.List;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Describes that a discard of many dead letters requires a filter. No annotation can describe such a rule. */
@Component
final class DiscardFilterRule implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI api) {
        Schema<?> body = api.getPaths()
                .get("/api/admin/dead-letters/discard")
                .getPost()
                .getRequestBody()
                .getContent()
                .get(MediaType.APPLICATION_JSON_VALUE)
                .getSchema();
        Stream.of("source", "topic", "reason", "cause", "key")
                .forEach(filter -> body.addAnyOfItem(new JsonSchema().required(List.of(filter))));
    }
}
