package dev.studybuddy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks habits of the services and of the contracts that the compiler does not check. */
class HouseStyleTest {

    private static final JavaClasses CLASSES = Modules.all();

    @Test
    void everyPackageHasADescription() {
        Set<String> described = CLASSES.stream()
                .filter(one -> one.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());
        Set<String> packages = CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());

        assertThat(packages)
                .isNotEmpty()
                .allSatisfy(one -> assertThat(described).contains(one));
    }

    @Test
    void noPackageHasAMeaninglessName() {
        noClasses()
                .should()
                .resideInAnyPackage(
                        "..util..", "..utils..", "..common..", "..helper..", "..impl..", "..service..", "..manager..")
                .check(CLASSES);
    }

    @Test
    void noCodeSleepsInsteadOfWaitingForASignal() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
        noClasses().should().callMethod(TimeUnit.class, "sleep", long.class).check(CLASSES);
    }

    /** A JVM whose locale has other digits would otherwise write them into SQL, names of topics and settings. */
    @Test
    void noTextIsFormattedWithoutALocale() {
        noClasses()
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "format a text without a locale", access -> formatsWithoutLocale(access.getTarget())))
                .check(CLASSES);
    }

    private static boolean formatsWithoutLocale(AccessTarget target) {
        return target instanceof AccessTarget.CodeUnitAccessTarget method
                && (method.getName().equals("formatted")
                        || method.getName().equals("format")
                        || method.getName().equals("printf"))
                && (method.getOwner().isEquivalentTo(String.class)
                        || method.getOwner().isAssignableTo(PrintStream.class))
                && method.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Locale.class));
    }

    @Test
    void fieldsAreNotInjected() {
        GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(CLASSES);
    }

    @Test
    void nothingWritesToTheConsole() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    }
}
