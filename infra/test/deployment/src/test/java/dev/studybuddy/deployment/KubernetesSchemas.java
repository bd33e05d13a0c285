package dev.studybuddy.deployment;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Holds the published JSON schemas of the objects of Kubernetes. They state the type of each field. */
final class KubernetesSchemas {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String RESOURCE = "schema/validation-schema.json";
    private static final String DEFINITIONS = "definitions";

    /** The schemas describe the Java classes of these two types, but the objects contain plain values. */
    private static final List<String> TEXT_OR_NUMBER = List.of("_Quantity", "_IntOrString");

    private final ObjectNode definitions;

    private KubernetesSchemas(ObjectNode definitions) {
        this.definitions = definitions;
    }

    /** Reads the schemas of all jars of the class path. */
    static KubernetesSchemas read() throws IOException {
        ObjectNode definitions = JSON.createObjectNode();
        for (URL file :
                Collections.list(KubernetesSchemas.class.getClassLoader().getResources(RESOURCE))) {
            try (InputStream content = file.openStream()) {
                definitions.setAll((ObjectNode) JSON.readTree(content).path(DEFINITIONS));
            }
        }
        for (String name : List.copyOf(definitions.propertyNames())) {
            if (TEXT_OR_NUMBER.stream().anyMatch(name::endsWith)) {
                definitions.putObject(name).putArray("type").add("string").add("number");
            }
        }
        return new KubernetesSchemas(definitions);
    }

    /**
     * Returns what is wrong with an object.
     *
     * @param definition the name of the definition, such as {@code kubernetes_apps_Deployment}
     */
    List<String> findFaults(String definition, Object object) {
        if (!definitions.has(definition)) {
            throw new IllegalArgumentException("The schemas have no definition " + definition);
        }
        ObjectNode document = JSON.createObjectNode();
        document.set(DEFINITIONS, definitions);
        document.putArray("allOf").addObject().put("$ref", "#/definitions/" + definition);
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(document);
        JsonNode tree = JSON.valueToTree(object);
        return schema.validate(tree).stream().map(String::valueOf).toList();
    }
}
