package dev.studybuddy.api.openapi;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.idempotency.IdempotentPost;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Arrays;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String PROBLEM = "Problem";
    private static final String BEARER = "bearer";

    static {
        // Argument resolvers create these arguments, so they are not parameters of the call.
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class, JsonBody.class, IdempotentPost.class);
    }

    @Bean
    OpenAPI studyBuddy() {
        return new OpenAPI()
                .info(
                        new Info()
                                .title("StudyBuddy")
                                .version("1")
                                .description(
                                        "This API serves todos, study sessions, the leaderboard and analytics, and operates their event bus."))
                .components(new Components()
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .bearerFormat("JWT")))
                .addSecurityItem(new SecurityRequirement().addList(BEARER));
    }

    /** Adds the problem detail of an error to each call. */
    @Bean
    OpenApiCustomizer sharedParts() {
        return api -> {
            api.getComponents().addSchemas(PROBLEM, problemSchema());
            api.getPaths().values().stream()
                    .flatMap(path -> path.readOperations().stream())
                    .forEach(OpenApiConfiguration::addProblem);
        };
    }

    /** Adds the key that makes a retry safe to each call whose handler uses it. */
    @Bean
    OperationCustomizer idempotencyKey() {
        return (operation, handler) -> {
            boolean accepted = Arrays.stream(handler.getMethodParameters())
                    .anyMatch(parameter -> parameter.getParameterType() == IdempotentPost.class);
            if (accepted) {
                operation.addParametersItem(new HeaderParameter()
                        .name("Idempotency-Key")
                        .description(
                                "This key makes a retry of the call safe for 24 hours: the call takes effect once.")
                        .required(false)
                        .schema(schemaOf("string").maxLength(200)));
            }
            return operation;
        };
    }

    private static void addProblem(Operation operation) {
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("The call failed; the body is a problem detail (RFC 9457).")
                                .content(new Content()
                                        .addMediaType(
                                                Problem.CONTENT_TYPE,
                                                new MediaType()
                                                        .schema(new Schema<>()
                                                                .$ref("#/components/schemas/" + PROBLEM)))));
    }

    private static Schema<Object> problemSchema() {
        Schema<Object> fault = schemaOf("object");
        fault.addProperty("field", schemaOf("string"));
        fault.addProperty("message", schemaOf("string"));
        Schema<Object> errors = schemaOf("array");
        errors.setItems(fault);
        Schema<Object> problem = schemaOf("object");
        for (String text : new String[] {"type", "title", "detail", "instance"}) {
            problem.addProperty(text, schemaOf("string"));
        }
        problem.addProperty("status", schemaOf("integer"));
        problem.addProperty("errors", errors);
        return problem;
    }

    private static Schema<Object> schemaOf(String type) {
        Schema<Object> schema = new JsonSchema();
        schema.addType(type);
        return schema;
    }
}
