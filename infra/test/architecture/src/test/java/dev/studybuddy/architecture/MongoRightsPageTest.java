package dev.studybuddy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the table of rights in MongoDB with the calls of the driver in the code. */
class MongoRightsPageTest {

    private static final Set<String> DRIVER =
            Set.of("com.mongodb.client.MongoCollection", "com.mongodb.client.MongoDatabase");

    /** The command and the action of each method of the driver that the services call. */
    private static final Map<String, List<String>> COMMANDS = Map.ofEntries(
            Map.entry("find", List.of("find", "find")),
            Map.entry("distinct", List.of("distinct", "find")),
            Map.entry("countDocuments", List.of("aggregate", "find")),
            Map.entry("insertOne", List.of("insert", "insert")),
            Map.entry("replaceOne", List.of("update", "update")),
            Map.entry("updateOne", List.of("update", "update")),
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
            "withCodecRegistry",
            "withReadConcern",
            "withReadPreference",
            "withWriteConcern");

    @ParameterizedTest
    @CsvSource({"api-service, dev.studybuddy.api", "mongo-projector, dev.studybuddy.projector"})
    void everyCommandOfAServiceStandsInTheTableOfRights(String service, String basePackage) throws IOException {
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

    private static Set<String> findCalledMethods(String basePackage) {
        return Modules.all().stream()
                .filter(one -> isUsedBy(one, basePackage))
                .flatMap(one -> one.getMethodCallsFromSelf().stream())
                .filter(call -> DRIVER.contains(call.getTargetOwner().getFullName()))
                .map(JavaMethodCall::getName)
                .filter(name -> !LOCAL.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Both services contain the read-model contract, which reads and changes generation records. */
    private static boolean isUsedBy(JavaClass one, String basePackage) {
        return one.getPackageName().startsWith(basePackage)
                || one.getPackageName().equals("dev.studybuddy.readmodel");
    }
}
