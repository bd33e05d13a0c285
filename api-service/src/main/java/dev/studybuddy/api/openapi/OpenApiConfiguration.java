package dev.studybuddy.api.openapi;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.Problem.FieldFault;
import dev.studybuddy.api.http.ProblemWriter;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.ExternalDocumentation;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the parts of the OpenAPI document that do not belong to one operation. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    static final String RATE_LIMIT = "RateLimit";
    static final String RATE_LIMIT_POLICY = "RateLimit-Policy";

    private static final String PROBLEM = "Problem";
    private static final String BEARER = "bearer";

    static {
        // Argument resolvers create these arguments, so they are not parameters of the call.
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class, JsonBody.class, IdempotentRequest.class);
    }

    private static Header header(String description) {
        return new Header().description(description).schema(schemaOf("string"));
    }

    @Bean
    OpenAPI studyBuddy() {
        return new OpenAPI()
                .info(new Info()
                        .title("StudyBuddy")
                        .version("1")
                        .description("This API serves todos, study sessions, the leaderboard and analytics, and"
                                + " operates their event bus."))
                .components(new Components()
                        .addHeaders(
                                RATE_LIMIT,
                                header("The value r is the number of calls that remain in the present second at this"
                                        + " instance."))
                        .addHeaders(
                                RATE_LIMIT_POLICY,
                                header("The value q is the largest number of calls of one caller at each instance in w"
                                        + " seconds."))
                        .addHeaders(
                                ProblemWriter.TRACE_HEADER,
                                header("This id of the request's trace is in each log line of the request."))
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .bearerFormat("JWT")))
                .addSecurityItem(new SecurityRequirement().addList(BEARER));
    }

    /** Adds the schema of the problem detail, which is the body of every error. */
    @Bean
    OpenApiCustomizer problemDetail() {
        return api -> api.getComponents().addSchemas(PROBLEM, problemSchema());
    }

    /** Returns a response whose body is a problem detail (RFC 9457). */
    static ApiResponse problemResponse(String description) {
        MediaType body = new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM));
        return new ApiResponse()
                .description(description)
                .content(new Content().addMediaType(Problem.CONTENT_TYPE, body));
    }

    private static Schema<Object> problemSchema() {
        Schema<Object> fault = schemaOf("object");
        FieldFault faultExample = new FieldFault("minutes", "must be a whole number from 1 to 1440");
        fault.addProperty("field", exampleOf("string", faultExample.field()));
        fault.addProperty("message", exampleOf("string", faultExample.message()));
        fault.setRequired(List.of("field", "message"));
        Schema<Object> errors = schemaOf("array");
        errors.setItems(fault);
        Schema<Object> problem = schemaOf("object");
        Problem example = Problem.invalid(List.of(faultExample));
        problem.setExternalDocs(new ExternalDocumentation()
                .url(ProblemPageController.PATH)
                .description("This page explains each type."));
        problem.addProperty("type", exampleOf("string", example.type()));
        problem.addProperty("title", exampleOf("string", example.title()));
        problem.addProperty("status", exampleOf("integer", example.status().value()));
        problem.addProperty("detail", exampleOf("string", example.detail()));
        problem.addProperty("instance", exampleOf("string", "/api/sessions"));
        problem.addProperty("traceId", exampleOf("string", "4bf92f3577b34da6a3ce929d0e0e4736"));
        problem.addProperty("errors", errors);
        problem.setRequired(List.of("type", "title", "status", "detail", "instance"));
        return problem;
    }

    private static Schema<Object> exampleOf(String type, Object example) {
        Schema<Object> schema = schemaOf(type);
        schema.setExample(example);
        return schema;
    }

    static Schema<Object> schemaOf(String type) {
        Schema<Object> schema = new JsonSchema();
        schema.addType(type);
        return schema;
    }
}
