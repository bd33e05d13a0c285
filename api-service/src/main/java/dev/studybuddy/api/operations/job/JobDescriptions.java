package dev.studybuddy.api.operations.job;

import dev.studybuddy.api.job.JobHandler;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Describes the jobs of each kind that has fields of its own. The schema of such a job, for example
 * {@code VerifyJobView}, has the fields of every job and those of the kind's result. This customizer runs before
 * those that complete schemas.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class JobDescriptions implements OpenApiCustomizer {

    /** This schema describes a job of any kind. */
    static final String ANY_JOB = "#/components/schemas/AnyJobView";

    private static final String SCHEMAS = "#/components/schemas/";
    private static final String ANY_JOB_VIEW = "AnyJobView";
    private static final String JOB_VIEW = "JobView";
    private static final String JOB_PAGE = "JobPage";

    private final List<JobHandler> handlers;

    JobDescriptions(List<JobHandler> handlers) {
        this.handlers =
                handlers.stream().sorted(Comparator.comparing(JobHandler::kind)).toList();
    }

    @Override
    public void customise(OpenAPI api) {
        Components components = api.getComponents();
        Schema<?> common = Objects.requireNonNull(components.getSchemas().get(JOB_VIEW));
        Schema<Object> any = new JsonSchema();
        for (JobHandler handler : handlers) {
            handler.resultType().ifPresent(type -> {
                String name = capitalize(handler.kind()) + JOB_VIEW;
                components.addSchemas(name, describe(handler.kind(), common, resolve(type, components)));
                any.addAnyOfItem(reference(name));
            });
        }
        any.addAnyOfItem(reference(JOB_VIEW));
        components.addSchemas(ANY_JOB_VIEW, any);
        Schema<?> page = Objects.requireNonNull(components.getSchemas().get(JOB_PAGE));
        Schema<?> items = Objects.requireNonNull(page.getProperties().get("items"));
        items.setItems(reference(ANY_JOB_VIEW));
    }

    /** Returns the schema of a record, and adds the schemas to which it refers. */
    private static Schema<?> resolve(Class<?> type, Components components) {
        ResolvedSchema resolved = ModelConverters.getInstance(true).readAllAsResolvedSchema(new AnnotatedType(type));
        resolved.referencedSchemas.forEach((name, schema) -> {
            if (!name.equals(type.getSimpleName())) {
                components.addSchemas(name, schema);
            }
        });
        return resolved.schema;
    }

    @SuppressWarnings("rawtypes") // The library declares the type of the properties without its parameter.
    private static Schema<Object> describe(String kind, Schema<?> common, Schema<?> result) {
        Map<String, Schema> properties = new LinkedHashMap<>(common.getProperties());
        properties.putAll(result.getProperties());
        Schema<Object> kindName = new JsonSchema();
        kindName.addType("string");
        kindName.setPattern('^' + kind + "(/.+)?$");
        kindName.setExample(kind);
        properties.put("kind", kindName);
        Set<String> required = new TreeSet<>(common.getRequired());
        if (result.getRequired() != null) {
            required.addAll(result.getRequired());
        }
        Schema<Object> job = new JsonSchema();
        job.addType("object");
        job.setProperties(properties);
        job.setRequired(List.copyOf(required));
        return job;
    }

    private static Schema<Object> reference(String name) {
        Schema<Object> reference = new JsonSchema();
        reference.set$ref(SCHEMAS + name);
        return reference;
    }

    private static String capitalize(String kind) {
        return kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
    }
}
