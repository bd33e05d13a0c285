package dev.studybuddy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/** Checks in which direction dependencies point. A rule that matches no class fails, as is the default of ArchUnit. */
class DependencyDirectionTest {

    private static final String API = "dev.studybuddy.api..";
    private static final String PUBLISHER = "dev.studybuddy.publisher..";
    private static final String PROJECTOR = "dev.studybuddy.projector..";
    private static final String OUTBOX = "dev.studybuddy.outbox..";
    private static final String CONTRACT = "dev.studybuddy.contract..";
    private static final String READ_MODEL = "dev.studybuddy.readmodel..";
    private static final String DATABASE = "dev.studybuddy.database..";

    private static final JavaClasses CLASSES = Modules.all();

    @Test
    void everyModuleIsImported() {
        for (String pattern : new String[] {API, PUBLISHER, PROJECTOR, OUTBOX, CONTRACT, READ_MODEL, DATABASE}) {
            String prefix = pattern.replace("..", "");
            assertThat(CLASSES.stream().filter(found -> found.getPackageName().startsWith(prefix)))
                    .as(pattern)
                    .isNotEmpty();
        }
    }

    @Test
    void noServiceDependsOnAnother() {
        noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PUBLISHER, PROJECTOR)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(PROJECTOR)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API, PUBLISHER)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(PUBLISHER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API, PROJECTOR)
                .check(CLASSES);
    }

    @Test
    void sharedModulesDependOnNoService() {
        noClasses()
                .that()
                .resideInAnyPackage(OUTBOX, CONTRACT, READ_MODEL, DATABASE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API, PUBLISHER, PROJECTOR)
                .check(CLASSES);
    }

    @Test
    void thePublisherAndItsContractDependOnNoDomain() {
        noClasses()
                .that()
                .resideInAnyPackage(PUBLISHER, OUTBOX)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CONTRACT, READ_MODEL, DATABASE)
                .check(CLASSES);
    }

    @Test
    void theProjectorDependsOnNoRelationalDatabase() {
        noClasses()
                .that()
                .resideInAPackage(PROJECTOR)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..")
                .check(CLASSES);
    }

    @Test
    void aProjectionDependsOnNoStore() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.studybuddy.projector.study..", "dev.studybuddy.projector.subjects..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.mongodb..", "org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void theOutboxContractDependsOnNoFramework() {
        noClasses()
                .that()
                .resideInAPackage(OUTBOX)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "org.apache.kafka..")
                .check(CLASSES);
    }
}
