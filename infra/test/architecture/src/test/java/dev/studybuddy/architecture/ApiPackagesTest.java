package dev.studybuddy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * These rules divide the packages of the API service into three groups. The product serves the users of StudyBuddy,
 * operations serve the operators of the system, and both use the shared packages.
 */
class ApiPackagesTest {

    private static final String[] PRODUCT =
            packages("analytics", "leaderboard", "report", "session", "streak", "stream", "subject", "todo", "user");
    private static final String[] OPERATIONS = packages("operations");
    private static final String[] SHARED = packages(
            "access",
            "admission",
            "audit",
            "cache",
            "cockroach",
            "consistency",
            "deadline",
            "http",
            "idempotency",
            "job",
            "kafka",
            "mongo",
            "outbox",
            "periodic",
            "retention",
            "sse");

    private static final JavaClasses CLASSES = Modules.all();

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

    private static String[] packages(String... names) {
        return Stream.of(names).map(name -> "dev.studybuddy.api." + name + "..").toArray(String[]::new);
    }
}
