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
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the table of rights in MongoDB with the calls of the driver in the code. */
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

    @ParameterizedTest
    @CsvSource({"api-service, dev.studybuddy.api", "mongo-projector, dev.studybuddy.projector"})
    void theTableOfRightsNamesEveryCommandOfAService(String service, String basePackage) throws IOException {
        Set<String> called = findCalledMethods(basePackage);
        assertThat(called).contains("find", "replaceOne");
        List<String> rows = Files.readAllLines(Modules.root().resolve("infra/docs/operations.md")).stream()
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
