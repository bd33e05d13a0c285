package dev.studybuddy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the table of rights in MongoDB with the calls of the driver in the code, and with the script that creates
 * the users.
 */
class MongoRightsPageTest {

    private static final Set<String> DRIVER =
            Set.of("com.mongodb.client.MongoCollection", "com.mongodb.client.MongoDatabase");

    private static final String CONTRACT = "dev.studybuddy.readmodel";

    /** This map names the command and the action of each method of the driver that the services call. */
    private static final Map<String, List<String>> COMMANDS = Map.ofEntries(
            Map.entry("find", List.of("find", "find")),
            Map.entry("distinct", List.of("distinct", "find")),
            Map.entry("countDocuments", List.of("aggregate", "find")),
            Map.entry("insertOne", List.of("insert", "insert")),
            Map.entry("replaceOne", List.of("update", "update")),
            Map.entry("updateOne", List.of("update", "update")),
            Map.entry("updateMany", List.of("update", "update")),
            Map.entry("bulkWrite", List.of("update", "update")),
            Map.entry("deleteMany", List.of("delete", "remove")),
            Map.entry("drop", List.of("drop", "dropCollection")),
            Map.entry("createIndex", List.of("createIndexes", "createIndex")),
            Map.entry("listCollectionNames", List.of("listCollections", "listCollections")),
            Map.entry("runCommand", List.of("ping", "none")));

    /** These methods send nothing. */
    private static final Set<String> LOCAL = Set.of(
            "getCollection",
            "getName",
            "getCodecRegistry",
            "getTimeout",
            "withCodecRegistry",
            "withTimeout",
            "withReadConcern",
            "withReadPreference",
            "withWriteConcern");

    private static final String PAGE = "infra/docs/operations.md";
    private static final String SCRIPT = "infra/deploy/mongo/users.js";
    private static final Pattern ROLE = Pattern.compile("role: \"(\\w+)\"");
    private static final Pattern PRIVILEGE =
            Pattern.compile("(?:resource: everyCollection, actions: |on\\(\"(\\w+)\", )\\[([^]]*)]");
    private static final Pattern QUOTED = Pattern.compile("[\"`](\\w+)[\"`]");
    private static final String EVERY_COLLECTION = "*";

    @ParameterizedTest
    @CsvSource({"api-service, apiService", "mongo-projector, mongoProjector"})
    void theRoleOfTheScriptHasTheActionsOfTheTable(String service, String role) throws IOException {
        Map<String, Set<String>> granted = readPrivileges(role);
        Map<String, Set<String>> needed = readNeededActions(service);

        assertThat(needed).containsKeys(EVERY_COLLECTION, "projection_generations", "dead_letters");
        Set<String> everywhere = granted.getOrDefault(EVERY_COLLECTION, Set.of());
        needed.forEach((collection, actions) -> {
            Set<String> allowed = new TreeSet<>(everywhere);
            allowed.addAll(granted.getOrDefault(collection, Set.of()));
            assertThat(allowed).as("%s on %s", service, collection).containsAll(actions);
        });
        granted.forEach((collection, actions) -> assertThat(needed.getOrDefault(collection, Set.of()))
                .as("%s needs each action that it has on %s", service, collection)
                .containsAll(actions));
    }

    @Test
    void theScriptGivesEachServiceItsRoleOnly() throws IOException {
        String script = Files.readString(Modules.root().resolve(SCRIPT));

        assertThat(script)
                .contains("user: \"api-service\", pwd: process.env.API_SERVICE_PASSWORD, roles: [\"apiService\"]")
                .contains("user: \"mongo-projector\", pwd: process.env.MONGO_PROJECTOR_PASSWORD,"
                        + " roles: [\"mongoProjector\"]")
                .containsOnlyOnce("everyCollection = { db: \"studybuddy\", collection: \"\" }");
        assertThat(ROLE.matcher(script).results()).hasSize(2);
        assertThat(script.split("createUser", -1)).hasSize(3);
        assertThat(script.split("roles: \\[],", -1)).hasSize(3);
    }

    /** Returns the actions of a role by their collections; the key of all collections is an asterisk. */
    private static Map<String, Set<String>> readPrivileges(String role) throws IOException {
        String script = Files.readString(Modules.root().resolve(SCRIPT));
        int from = script.indexOf("role: \"" + role + '"');
        String text = script.substring(from, script.indexOf("});", from)).replaceAll("\\s+", " ");
        Map<String, Set<String>> privileges = new TreeMap<>();
        PRIVILEGE
                .matcher(text)
                .results()
                .forEach(match -> privileges
                        .computeIfAbsent(
                                match.group(1) == null ? EVERY_COLLECTION : match.group(1),
                                collection -> new TreeSet<>())
                        .addAll(quotedWords(match.group(2))));
        assertThat(text.split("actions:|on\\(", -1)).as(text).hasSize(privileges.size() + 1);
        return privileges;
    }

    /** Returns the actions that the table names for a service, by their collections. */
    private static Map<String, Set<String>> readNeededActions(String service) throws IOException {
        Map<String, Set<String>> needed = new TreeMap<>();
        for (String row : Files.readAllLines(Modules.root().resolve(PAGE))) {
            String[] cells = row.split("\\|", -1);
            if (cells.length == 6 && cells[1].strip().equals(service)) {
                String collection =
                        cells[2].strip().matches("`\\w+`") ? cells[2].strip().replace("`", "") : EVERY_COLLECTION;
                needed.computeIfAbsent(collection, one -> new TreeSet<>()).addAll(quotedWords(cells[4]));
            }
        }
        return needed;
    }

    private static List<String> quotedWords(String text) {
        return QUOTED.matcher(text).results().map(match -> match.group(1)).toList();
    }

    @ParameterizedTest
    @CsvSource({"api-service, dev.studybuddy.api", "mongo-projector, dev.studybuddy.projector"})
    void theTableOfRightsNamesEveryCommandOfAService(String service, String basePackage) throws IOException {
        Set<String> called = findCalledMethods(basePackage);
        assertThat(called).contains("find", "replaceOne");
        List<String> rows = Files.readAllLines(Modules.root().resolve(PAGE)).stream()
                .filter(line -> line.startsWith("| " + service + " |") || line.startsWith("| both |"))
                .toList();
        for (String method : called) {
            List<String> command = COMMANDS.get(method);
            assertThat(command)
                    .as("%s calls %s; add its command to this test and to the page", service, method)
                    .isNotNull();
            assertThat(rows)
                    .as("%s calls %s", service, method)
                    .anyMatch(row -> row.contains('`' + command.getFirst() + '`') && row.contains(command.getLast()));
        }
    }

    /** Returns the methods of the driver that a service calls, itself or through the read-model contract. */
    private static Set<String> findCalledMethods(String basePackage) {
        Set<String> called = new TreeSet<>();
        Set<JavaCodeUnit> reached = new HashSet<>();
        Deque<JavaCodeUnit> next = new ArrayDeque<>();
        Modules.all().stream()
                .filter(one -> one.getPackageName().startsWith(basePackage))
                .forEach(one -> next.addAll(one.getCodeUnits()));
        while (!next.isEmpty()) {
            JavaCodeUnit unit = next.remove();
            if (!reached.add(unit)) {
                continue;
            }
            List<JavaCodeUnitAccess<?>> accesses = new ArrayList<>(unit.getCallsFromSelf());
            accesses.addAll(unit.getMethodReferencesFromSelf());
            for (JavaCodeUnitAccess<?> access : accesses) {
                if (DRIVER.contains(access.getTargetOwner().getFullName())) {
                    called.add(access.getName());
                } else if (access.getTargetOwner().getPackageName().equals(CONTRACT)) {
                    access.getTarget().resolveMember().ifPresent(next::add);
                }
            }
        }
        called.removeAll(LOCAL);
        return called;
    }
}
