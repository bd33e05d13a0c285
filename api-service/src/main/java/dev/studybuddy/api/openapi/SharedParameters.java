package dev.studybuddy.api.openapi;

import dev.studybuddy.api.http.Page;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.math.BigDecimal;
import java.util.List;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/**
 * Describes the query parameters that have one meaning in every operation. A handler whose parameter has other bounds
 * annotates it.
 */
@Component
final class SharedParameters implements GlobalOperationCustomizer {

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        if (operation.getParameters() != null) {
            operation.getParameters().stream()
                    .filter(parameter -> "query".equals(parameter.getIn()))
                    .forEach(SharedParameters::describe);
        }
        return operation;
    }

    private static void describe(Parameter parameter) {
        switch (parameter.getName()) {
            case "limit" -> {
                if (parameter.getSchema().getMaximum() == null) {
                    parameter.setSchema(pageSize());
                }
                addDescription(parameter, "The answer contains at most this number of items.");
            }
            case "cursor" -> addDescription(parameter, "The value is the nextCursor of the previous page.");
            case "userId" -> {
                parameter.setSchema(OpenApiConfiguration.schemaOf("string").format("uuid"));
                addDescription(
                        parameter,
                        "The report covers this user. The default is the caller, and only admins may name another"
                                + " user.");
            }
            case "scope" -> {
                Schema<Object> allUsers = OpenApiConfiguration.schemaOf("string");
                allUsers.setEnum(List.of("all"));
                parameter.setSchema(allUsers);
                addDescription(
                        parameter,
                        "With the value all, which only admins may use, the report covers all users. The value cannot"
                                + " be combined with userId.");
            }
            default -> {
                // The annotations of the handler describe the parameter.
            }
        }
    }

    private static Schema<Object> pageSize() {
        Schema<Object> size = OpenApiConfiguration.schemaOf("integer");
        size.setMinimum(BigDecimal.ONE);
        size.setMaximum(BigDecimal.valueOf(Page.MAX_LIMIT));
        size.setDefault(Page.DEFAULT_LIMIT);
        return size;
    }

    private static void addDescription(Parameter parameter, String description) {
        if (parameter.getDescription() == null) {
            parameter.setDescription(description);
        }
    }
}
