package dev.studybuddy.api.testing;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The description of the API is the OpenAPI document in the repository. {@link Client#call} compares each answer with
 * it: the document must describe the path, the method, the status, the content type, the body and the headers.
 */
public final class ApiDescription {

    /** This is the place of the document in the repository. */
    public static final Path FILE = Repository.find().root().resolve("infra/docs/openapi.json");

    private static final String HINT = ". OpenApiIT with -Dstudybuddy.openapi.update=true writes the document.";

    private static final JsonMapper JSON = new JsonMapper();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Pattern PARAMETER = Pattern.compile("\\{[^/}]+}");

    /** HTTP, the container, the security layer or CORS defines these headers, so no operation describes them. */
    private static final Set<String> COMMON_HEADERS = Set.of(
            "accept",
            "accept-patch",
            "allow",
            "cache-control",
            "connection",
            "content-disposition",
            "content-encoding",
            "content-language",
            "content-length",
            "content-type",
            "date",
            "expires",
            "keep-alive",
            "last-modified",
            "pragma",
            "referrer-policy",
            "strict-transport-security",
            "transfer-encoding",
            "vary",
            "x-content-type-options",
            "x-frame-options",
            "x-xss-protection");

    /** Only an operation answers with these statuses, since they depend on the state of a resource. */
    private static final Set<Integer> HANDLER_STATUSES = Set.of(409, 412, 422);

    private static final JsonNode PROBLEM = JSON.readTree("{\"$ref\": \"#/components/schemas/Problem\"}");

    private static final ApiDescription REPOSITORY = new ApiDescription(read(FILE));

    private final JsonNode document;
    private final List<PathTemplate> paths;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private record PathTemplate(String template, Pattern pattern) {

        static PathTemplate of(String template) {
            String pattern =
                    PARAMETER.splitAsStream(template).map(Pattern::quote).collect(Collectors.joining("[^/]+"));
            return new PathTemplate(template, Pattern.compile(pattern + (template.endsWith("}") ? "[^/]+" : "")));
        }

        int parameters() {
            return (int) PARAMETER.matcher(template).results().count();
        }
    }

    private ApiDescription(JsonNode document) {
        this.document = document;
        this.paths = document.path("paths").propertyNames().stream()
                .map(PathTemplate::of)
                .sorted(Comparator.comparingInt(PathTemplate::parameters))
                .toList();
    }

    /** Returns the description in the repository. */
    public static ApiDescription ofRepository() {
        return REPOSITORY;
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Fails unless the document describes this answer to this request.
     *
     * @param path the path of the request, without the query
     */
    public void check(String method, String path, ReceivedAnswer answer) {
        JsonNode operation = find(method, path).orElse(null);
        if (operation == null) {
            if (path.startsWith("/api/")) {
                checkRejection(method, path, answer);
            }
            return;
        }
        JsonNode response = operation.path("responses").path(Integer.toString(answer.status()));
        if (response.isMissingNode()) {
            throw undocumented(method, path, "the status " + answer.status(), answer);
        }
        checkHeaders(method, path, response, answer);
        checkBody(method, path, response, answer);
    }

    /** Returns the rules of a schema of the document that a value breaks, each as a sentence. */
    public List<String> faultsOf(JsonNode schema, JsonNode value) {
        return schemaOf(schema).validate(value).stream().map(String::valueOf).toList();
    }

    /** Returns the path of each field of a value that a schema of the document does not describe. */
    public List<String> undescribedFieldsOf(JsonNode schema, JsonNode value) {
        List<String> undescribed = new ArrayList<>();
        addUndescribed("", alternativesOf(schema).toList(), value, undescribed);
        return undescribed;
    }

    private void addUndescribed(String path, List<JsonNode> alternatives, JsonNode value, List<String> undescribed) {
        if (value.isArray()) {
            List<JsonNode> items = alternatives.stream()
                    .map(schema -> schema.path("items"))
                    .flatMap(this::alternativesOf)
                    .toList();
            value.forEach(item -> addUndescribed(path + "[]", items, item, undescribed));
        }
        value.forEachEntry((name, field) -> {
            String place = path + "." + name;
            List<JsonNode> described = alternatives.stream()
                    .map(schema -> schema.path("properties").has(name)
                            ? schema.path("properties").path(name)
                            : schema.path("additionalProperties"))
                    .filter(JsonNode::isObject)
                    .flatMap(this::alternativesOf)
                    .toList();
            if (described.isEmpty()) {
                undescribed.add(place);
            } else {
                addUndescribed(place, described, field, undescribed);
            }
        });
    }

    private Stream<JsonNode> alternativesOf(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        JsonNode resolved = reference.isEmpty() ? schema : document.at(reference.substring(1));
        return Stream.concat(
                Stream.of(resolved), resolved.path("anyOf").valueStream().flatMap(this::alternativesOf));
    }

    private Optional<JsonNode> find(String method, String path) {
        return paths.stream()
                .filter(template -> template.pattern().matcher(path).matches())
                .map(template ->
                        document.path("paths").path(template.template()).path(method.toLowerCase(Locale.ROOT)))
                .filter(operation -> !operation.isMissingNode())
                .findFirst();
    }

    /** Fails unless the answer is one that every path has, because no operation answered the request. */
    private void checkRejection(String method, String path, ReceivedAnswer answer) {
        if (answer.status() < 400 || HANDLER_STATUSES.contains(answer.status())) {
            throw new AssertionError(
                    "The OpenAPI document lacks " + method + " " + path + ", which answered: " + answer + HINT);
        }
        List<String> faults = "HEAD".equals(method) ? List.of() : faultsOf(PROBLEM, answer.json());
        if (!faults.isEmpty()) {
            throw undocumented(method, path, "the body: " + faults, answer);
        }
    }

    private void checkHeaders(String method, String path, JsonNode response, ReceivedAnswer answer) {
        response.path("headers").forEachEntry((name, header) -> {
            String reference = header.path("$ref").asString("");
            JsonNode resolved = reference.isEmpty() ? header : document.at(reference.substring(1));
            if (resolved.path("required").asBoolean(false) && answer.header(name) == null) {
                throw new AssertionError("The answer to " + method + " " + path + " lacks the header " + name
                        + ", which the OpenAPI document requires: " + answer);
            }
        });
        Set<String> described = response.path("headers").propertyNames().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        for (String name : answer.headers().map().keySet()) {
            String header = name.toLowerCase(Locale.ROOT);
            if (!COMMON_HEADERS.contains(header)
                    && !header.startsWith("access-control-")
                    && !described.contains(header)) {
                throw undocumented(method, path, "the header " + name + " of the status " + answer.status(), answer);
            }
        }
    }

    private void checkBody(String method, String path, JsonNode response, ReceivedAnswer answer) {
        if (answer.body().isEmpty() || "HEAD".equals(method)) {
            return;
        }
        String type = String.valueOf(answer.header("Content-Type")).replaceAll(";.*", "");
        JsonNode content = response.path("content").path(type);
        if (content.isMissingNode()) {
            throw undocumented(method, path, "the content type " + type + " of the status " + answer.status(), answer);
        }
        if (type.endsWith("json")) {
            List<String> faults = faultsOf(content.path("schema"), answer.json());
            if (!faults.isEmpty()) {
                throw undocumented(method, path, "the body: " + faults, answer);
            }
        }
    }

    private Schema schemaOf(JsonNode schema) {
        return schemas.computeIfAbsent(schema.toString(), text -> {
            ObjectNode root = (ObjectNode) JSON.readTree(text);
            root.set("components", document.path("components"));
            return SCHEMAS.getSchema(root);
        });
    }

    private static AssertionError undocumented(
            String method, String path, String what, @Nullable ReceivedAnswer answer) {
        return new AssertionError("The OpenAPI document does not describe " + what + " of " + method + " " + path
                + ", which the service answered: " + answer + HINT);
    }
}
