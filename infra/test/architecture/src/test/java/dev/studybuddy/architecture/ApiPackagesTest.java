package dev.studybuddy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * These rules divide the packages of the API service into three groups. The product serves the users of StudyBuddy,
 * operations serve the operators of the system, and both use the shared packages.
 */
class ApiPackagesTest {

    private static final String API = "dev.studybuddy.api.";

    private static final String[] PRODUCT =
            packages("analytics", "leaderboard", "report", "session", "streak", "stream", "subject", "todo", "user");
    private static final String[] OPERATIONS = packages("console", "operations");
    private static final String[] SHARED = packages(
            "access",
            "admission",
            "audit",
            "cache",
            "cockroach",
            "consistency",
            "deadline",
            "devtoken",
            "http",
            "idempotency",
            "job",
            "kafka",
            "mongo",
            "openapi",
            "outbox",
            "periodic",
            "retention",
            "sse");

    private static final String DATA_SOURCE = "javax.sql.DataSource";
    private static final String JDBC_OPERATIONS = "org.springframework.jdbc.core.JdbcOperations";
    private static final String JDBC_CLIENT = "org.springframework.jdbc.core.simple.JdbcClient";

    private static final JavaClasses CLASSES = Modules.all();

    /** The package of the main class is the only one without a group. */
    @Test
    void eachPackageOfTheApiBelongsToExactlyOneGroup() {
        Set<String> packages = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(API))
                .map(name -> name.substring(API.length()).replaceFirst("\\..*", ""))
                .collect(Collectors.toSet());
        List<String> groups =
                Stream.of(PRODUCT, OPERATIONS, SHARED).flatMap(Stream::of).toList();

        assertThat(groups).containsExactlyInAnyOrder(packages(packages.toArray(String[]::new)));
    }

    @Test
    void theProductDoesNotDependOnOperations() {
        noClasses()
                .that()
                .resideInAnyPackage(PRODUCT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(OPERATIONS)
                .check(CLASSES);
    }

    @Test
    void operationsDoNotDependOnTheProduct() {
        noClasses()
                .that()
                .resideInAnyPackage(OPERATIONS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PRODUCT)
                .check(CLASSES);
    }

    @Test
    void theSharedPackagesDependOnNeitherGroup() {
        noClasses()
                .that()
                .resideInAnyPackage(SHARED)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Stream.of(PRODUCT, OPERATIONS).flatMap(Stream::of).toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void thePackagesOfTheApiHaveNoCycle() {
        slices().matching("dev.studybuddy.api.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /**
     * All reads of a request use its causally consistent session, so that a later read does not show an earlier state.
     * The class {@code DeadLetters} is the exception, because its requests make single reads, and jobs call it outside
     * a request.
     */
    @Test
    void onlyTheDeadLettersAreReadFromMongoDbWithoutASession() {
        noClasses()
                .that()
                .resideInAPackage("dev.studybuddy.api..")
                .and()
                .doNotHaveFullyQualifiedName("dev.studybuddy.api.operations.deadletter.DeadLetters")
                .should()
                .callMethod(
                        "dev.studybuddy.api.mongo.ReadCollection",
                        "withoutSession",
                        "com.mongodb.client.MongoCollection")
                .check(CLASSES);
    }

    /**
     * The client of the package {@code cockroach} executes a statement again if the database requests it. The package
     * {@code outbox} may use JDBC directly for batches and background statements, because the transaction or the next
     * round executes these again.
     */
    @Test
    void statementsOfRequestsRunThroughTheClientThatRetriesThem() {
        noClasses()
                .that()
                .resideInAPackage("dev.studybuddy.api..")
                .and()
                .resideOutsideOfPackages(packages("cockroach"))
                .should()
                .callMethod(JDBC_CLIENT, "create", DATA_SOURCE)
                .orShould()
                .callMethod(JDBC_CLIENT, "create", JDBC_OPERATIONS)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(DATA_SOURCE)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.studybuddy.api..")
                .and()
                .resideOutsideOfPackages(packages("cockroach", "outbox"))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(JDBC_OPERATIONS)
                .check(CLASSES);
    }

    private static String[] packages(String... names) {
        return Stream.of(names).map(name -> API + name + "..").toArray(String[]::new);
    }
}
