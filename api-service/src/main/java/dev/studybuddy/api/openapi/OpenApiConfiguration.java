package dev.studybuddy.api.openapi;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.idempotency.Post;
import dev.studybuddy.api.web.Fields;
import dev.studybuddy.api.web.Problem;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String PROBLEM = "Problem";
    private static final String BEARER = "bearer";

    static {
        // What controllers are given by us is no parameter of the call.
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class, Fields.class, Post.class);
    }

    @Bean
    OpenAPI studyBuddy() {
        return new OpenAPI()
                .info(
                        new Info()
                                .title("StudyBuddy")
                                .version("1")
                                .description(
                                        "Todos, study sessions, leaderboard and analytics, and the operation of their event bus."))
                .components(new Components()
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .bearerFormat("JWT")))
                .addSecurityItem(new SecurityRequirement().addList(BEARER));
    }

    /** What holds for every call: its errors, and for a POST the key that makes it safe to repeat. */
    @Bean
    OpenApiCustomizer whatAllCallsShare() {
        return api -> {
            api.getComponents().addSchemas(PROBLEM, problem());
            api.getPaths().values().forEach(OpenApiConfiguration::complete);
        };
    }

    private static void complete(PathItem path) {
        path.readOperations().forEach(OpenApiConfiguration::addProblem);
        Operation post = path.readOperationsMap().get(PathItem.HttpMethod.POST);
        if (post != null) {
            post.addParametersItem(new HeaderParameter()
                    .name("Idempotency-Key")
                    .description("Makes the call safe to repeat for 24 hours")
                    .required(false)
                    .schema(of("string")));
        }
    }

    private static void addProblem(Operation operation) {
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("A problem detail (RFC 9457)")
                                .content(new Content()
                                        .addMediaType(
                                                Problem.CONTENT_TYPE,
                                                new MediaType()
                                                        .schema(new Schema<>()
                                                                .$ref("#/components/schemas/" + PROBLEM)))));
    }

    private static Schema<Object> problem() {
        Schema<Object> fault = of("object");
        fault.addProperty("field", of("string"));
        fault.addProperty("message", of("string"));
        Schema<Object> errors = of("array");
        errors.setItems(fault);
        Schema<Object> problem = of("object");
        for (String text : new String[] {"type", "title", "detail", "instance"}) {
            problem.addProperty(text, of("string"));
        }
        problem.addProperty("status", of("integer"));
        problem.addProperty("errors", errors);
        return problem;
    }

    private static Schema<Object> of(String type) {
        Schema<Object> schema = new JsonSchema();
        schema.addType(type);
        return schema;
    }
}
