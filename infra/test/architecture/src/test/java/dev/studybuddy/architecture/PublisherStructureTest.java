package dev.studybuddy.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/** Checks which dependencies the publisher's rules of order and of leases have, and that its packages have no cycle. */
class PublisherStructureTest {

    private static final String PUBLISHER = "dev.studybuddy.publisher..";
    private static final String ORDERING = "dev.studybuddy.publisher.ordering..";
    private static final String LEASE = "dev.studybuddy.publisher.lease..";

    /** These packages of the JDK contain no SQL, no network and no files. */
    private static final DescribedPredicate<JavaClass> PLAIN_JAVA =
            resideInAnyPackage("java.lang..", "java.util..", "java.time..", "org.jspecify..");

    private static final DescribedPredicate<JavaClass> SHARDS =
            name("dev.studybuddy.outbox.Shards").forSubtype();
    private static final DescribedPredicate<JavaClass> CLOCK =
            name("dev.studybuddy.background.MonotonicClock").forSubtype();
    /** This class recognises errors of both databases by their SQLSTATE. */
    private static final DescribedPredicate<JavaClass> SQL_STATES =
            name("dev.studybuddy.publisher.outbox.SqlStates").forSubtype();
    /** These classes and their nested classes run the SQL of the leases. */
    private static final DescribedPredicate<JavaClass> LEASE_SQL =
            nameMatching(".*\\.Jdbc(LeaseTable|StartingPoints)(\\$.*)?").forSubtype();

    private static final DescribedPredicate<JavaClass> LEASE_RULES =
            resideInAPackage(LEASE).and(DescribedPredicate.not(LEASE_SQL));

    private static final JavaClasses CLASSES = Modules.all().that(resideInAPackage(PUBLISHER));

    @Test
    void theOrderingDependsOnlyOnPlainJavaAndTheShards() {
        classes()
                .that()
                .resideInAPackage(ORDERING)
                .should()
                .onlyDependOnClassesThat(
                        resideInAPackage(ORDERING).or(PLAIN_JAVA).or(SHARDS))
                .check(CLASSES);
    }

    @Test
    void theLeaseRulesDependOnNoFrameworkAndNoSql() {
        classes()
                .that(LEASE_RULES)
                .should()
                .onlyDependOnClassesThat(
                        LEASE_RULES.or(PLAIN_JAVA).or(SHARDS).or(CLOCK).or(resideInAPackage("org.slf4j..")))
                .check(CLASSES);
    }

    @Test
    void theSqlOfLeasesDependsOnlyOnLeasesSqlStatesAndJdbc() {
        classes()
                .that(LEASE_SQL)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                LEASE,
                                "java..",
                                "org.jspecify..",
                                "org.slf4j..",
                                "org.springframework.dao..",
                                "org.springframework.jdbc.core..")
                        .or(SHARDS)
                        .or(SQL_STATES))
                .check(CLASSES);
    }

    @Test
    void thePublishersPackagesHaveNoCycle() {
        slices().matching("dev.studybuddy.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
