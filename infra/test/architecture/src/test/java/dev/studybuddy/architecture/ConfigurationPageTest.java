package dev.studybuddy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks that {@code infra/docs/configuration.md} states each property as its Javadoc does. */
class ConfigurationPageTest {

    private static final Path PAGE = Modules.root().resolve("infra/docs/configuration.md");
    private static final Pattern CODE = Pattern.compile("\\{@code ((?:[^{}]|\\{[^{}]*})*)}");

    /** This placeholder refers to another property, and contains the value that holds if that one is not set. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^:{}]+:([^{}]*)}");

    /** A row names a property, its default, which is empty if there is none, and its meaning. */
    private record Row(String name, String defaultValue, String meaning) {}

    @ParameterizedTest
    @ValueSource(strings = {"api-service", "outbox-publisher", "mongo-projector"})
    void thePageHasOneSortedRowForEachPropertyOfAService(String service) throws IOException {
        List<Row> expected = properties(service);

        assertThat(expected)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.meaning()).as(row.name()).endsWith("."));
        assertThat(rows(service)).containsExactlyElementsOf(expected);
    }

    private static List<Row> properties(String service) throws IOException {
        Path metadata =
                Modules.root().resolve(service).resolve("target/classes/META-INF/spring-configuration-metadata.json");
        Map<String, Object> settings = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(Modules.root().resolve(service).resolve("src/main/resources/application.yaml")));
        List<Row> rows = new ArrayList<>();
        for (JsonNode property :
                JsonMapper.shared().readTree(Files.readString(metadata)).path("properties")) {
            String description = CODE.matcher(property.path("description").asString(""))
                    .replaceAll("`$1`")
                    .replace("|", "\\|");
            rows.add(new Row(property.path("name").asString(), defaultOf(property, settings), description));
        }
        rows.sort((one, other) -> one.name().compareTo(other.name()));
        return rows;
    }

    /**
     * Returns the default of a property: the value in the service's {@code application.yaml}, or else that of its
     * record.
     */
    private static String defaultOf(JsonNode property, Map<String, Object> settings) {
        Object value = settings;
        for (String key : property.path("name").asString().split("\\.", -1)) {
            value = value instanceof Map<?, ?> fields ? fields.get(key) : null;
        }
        String text = value == null
                ? property.path("defaultValue").asString("")
                : PLACEHOLDER.matcher(String.valueOf(value)).replaceAll("$1");
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static List<Row> rows(String service) throws IOException {
        List<Row> rows = new ArrayList<>();
        String section = "";
        for (String line : Files.readAllLines(PAGE)) {
            section = line.startsWith("## ") ? line.substring(3) : section;
            if (section.equals(service) && line.startsWith("| `")) {
                String[] cells = line.split(" \\| ", 3);
                String name = cells[0].substring("| `".length(), cells[0].length() - 1);
                String meaning = cells[2].substring(0, cells[2].length() - " |".length());
                rows.add(new Row(name, cells[1].strip(), meaning));
            }
        }
        return rows;
    }
}
