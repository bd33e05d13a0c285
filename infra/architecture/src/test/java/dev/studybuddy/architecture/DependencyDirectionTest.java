package dev.studybuddy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/** Which way a dependency may point. A rule that matches no class fails (ArchUnit's default, kept). */
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
    void everyModuleIsLookedAt() {
        for (String one : new String[] {API, PUBLISHER, PROJECTOR, OUTBOX, CONTRACT, READ_MODEL, DATABASE}) {
            String prefix = one.replace("..", "");
            assertThat(CLASSES.stream().filter(found -> found.getPackageName().startsWith(prefix)))
                    .as(one)
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
    void whatIsSharedDependsOnNoService() {
        noClasses()
                .that()
                .resideInAnyPackage(OUTBOX, CONTRACT, READ_MODEL, DATABASE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API, PUBLISHER, PROJECTOR)
                .check(CLASSES);
    }

    @Test
    void thePublisherAndItsContractKnowNoDomain() {
        noClasses()
                .that()
                .resideInAnyPackage(PUBLISHER, OUTBOX)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CONTRACT, READ_MODEL, DATABASE)
                .check(CLASSES);
    }

    @Test
    void theProjectorKnowsNoRelationalDatabase() {
        noClasses()
                .that()
                .resideInAPackage(PROJECTOR)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..")
                .check(CLASSES);
    }

    @Test
    void aProjectionKnowsNoStore() {
        noClasses()
                .that()
                .resideInAPackage("dev.studybuddy.projector.study..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.mongodb..", "org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void thePublishersOrderAndLeasesKnowNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(OUTBOX)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "org.apache.kafka..")
                .check(CLASSES);
    }
}
