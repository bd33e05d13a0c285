package dev.studybuddy.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * These rules keep the projector's read models pure, and restrict its access to MongoDB to one package and to named
 * exceptions.
 */
class ProjectorStructureTest {

    private static final String PROJECTOR = "dev.studybuddy.projector";
    private static final String MONGO = PROJECTOR + ".mongo..";
    private static final String READ_MODEL = "dev.studybuddy.readmodel.ReadModel";

    private static final JavaClasses CLASSES = Modules.all();

    /** This set holds the packages with an implementation of {@code ReadModel}, so that a new one is checked too. */
    private static final Set<String> READ_MODEL_PACKAGES = CLASSES.stream()
            .filter(one -> one.isAssignableTo(READ_MODEL) && !one.isInterface())
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());

    /** The versions of a projection are subclasses of the one class of its package that implements the interface. */
    @Test
    void everyReadModelHasAPackageOfItsOwn() {
        assertThat(READ_MODEL_PACKAGES)
                .contains(PROJECTOR + ".study", PROJECTOR + ".subjects")
                .allSatisfy(name -> assertThat(CLASSES.stream()
                                .filter(one -> one.getPackageName().equals(name) && implementsReadModel(one)))
                        .hasSize(1));
    }

    private static boolean implementsReadModel(JavaClass one) {
        return one.getRawInterfaces().stream().anyMatch(type -> type.getName().equals(READ_MODEL));
    }

    @Test
    void aReadModelDependsOnNoStoreAndNoFramework() {
        // The annotation by which Spring finds a read model is the only exception.
        DescribedPredicate<JavaClass> store = resideInAnyPackage(
                        "com.mongodb..", "org.bson..", "org.apache.kafka..", "org.springframework..", MONGO)
                .and(not(resideInAPackage("org.springframework.stereotype")));
        noClasses()
                .that(describe("belong to a read model", one -> READ_MODEL_PACKAGES.contains(one.getPackageName())))
                .should()
                .dependOnClassesThat(store)
                .check(CLASSES);
    }

    @Test
    void onlyThePackageMongoUsesTheDriversSessions() {
        noClasses()
                .that()
                .resideInAPackage(PROJECTOR + "..")
                .and()
                .resideOutsideOfPackage(MONGO)
                .should()
                .dependOnClassesThat()
                .haveNameMatching("com\\.mongodb\\.(client\\.)?(ClientSession.*|MongoClient|MongoCluster)")
                .check(CLASSES);
    }

    /**
     * The package {@code generation} creates and drops collections, the configuration creates the store of generation
     * records, and the copies and the indexes of dead letters depend on no position. Every other class reaches MongoDB
     * through fenced sessions only.
     */
    @Test
    void onlyNamedExceptionsUseTheDriverWithoutAFencedSession() {
        noClasses()
                .that()
                .resideInAPackage(PROJECTOR + "..")
                .and()
                .resideOutsideOfPackages(MONGO, PROJECTOR + ".generation..")
                .and()
                .doNotHaveFullyQualifiedName(PROJECTOR + ".ProjectorConfiguration")
                .and()
                .doNotHaveFullyQualifiedName(PROJECTOR + ".deadletter.DeadLetterCopier")
                .and()
                .doNotHaveFullyQualifiedName(PROJECTOR + ".deadletter.DeadLetterIndexes")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.mongodb..")
                .check(CLASSES);
    }

    @Test
    void noCycleOfPackagesExists() {
        slices().assignedFrom(new Packages()).should().beFreeOfCycles().check(CLASSES);
    }

    /** Assigns each class of the projector to its package, the root package included. */
    private static final class Packages implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass one) {
            String name = one.getPackageName();
            return name.equals(PROJECTOR) || name.startsWith(PROJECTOR + '.')
                    ? SliceIdentifier.of(name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of the projector";
        }
    }
}
