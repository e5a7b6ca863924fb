package dev.nettest;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Arrows only point down: adapters (socket, channel, trace, junit) -> API -> kernel. The rules say what a package may know
 * and not what it may not, so that none of them holds merely because what it forbids does not exist.
 */
class ArchitectureTest {
    private static final String API = "dev.nettest";
    private static final String KERNEL = "dev.nettest.kernel";
    private static final String ANNOTATIONS = "org.jspecify.annotations";
    private static final Set<String> ADAPTERS =
            Set.of("dev.nettest.socket", "dev.nettest.channel", "dev.nettest.trace", "dev.nettest.junit");

    private static final JavaClasses CODE = new ClassFileImporter().importPath("target/classes");

    @Test
    void theKernelKnowsDataTypesOnly() {
        DescribedPredicate<JavaClass> exceptions = describe(
                "exceptions of java.io and java.net",
                type -> Set.of("java.io", "java.net").contains(type.getPackageName())
                        && type.isAssignableTo(Exception.class));
        DescribedPredicate<JavaClass> dataTypes = resideInAnyPackage(
                        "java.lang..", "java.util..", "java.time..", "java.nio")
                .or(belongToAnyOf(
                        InetAddress.class,
                        Inet4Address.class,
                        Inet6Address.class,
                        InetSocketAddress.class,
                        SocketAddress.class))
                .or(exceptions);

        classes()
                .that()
                .resideInAPackage(KERNEL)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(KERNEL, ANNOTATIONS).or(dataTypes))
                .because("time, delivery and the JDK's seams live outside it")
                .check(CODE);
    }

    @Test
    void theKernelHasNoClock() {
        noClasses()
                .that()
                .resideInAPackage(KERNEL)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .because("time enters only through the network's clock")
                .check(CODE);
    }

    @Test
    void theApiKnowsNoAdapter() {
        classes()
                .that()
                .resideInAPackage(API)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(API, KERNEL, ANNOTATIONS, "java.."))
                .because("an adapter is entered through its own class and takes a network")
                .check(CODE);
    }

    @Test
    void onlyTheExtensionKnowsJUnit() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.nettest.junit")
                .should()
                .dependOnClassesThat(resideInAPackage("org.junit.."))
                .because("JUnit is optional")
                .check(CODE);
        classes()
                .that()
                .resideInAPackage("dev.nettest.junit")
                .and()
                .arePublic()
                .should()
                .dependOnClassesThat(resideInAPackage("org.junit.."))
                .because("the rule above has nothing to guard otherwise")
                .check(CODE);
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("dev.nettest.(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void everyPackageHasItsPlace() {
        Set<String> found = CODE.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        found.remove("");

        assertThat(found).contains(API, KERNEL);
        found.removeAll(Set.of(API, KERNEL));
        assertThat(ADAPTERS).as("packages that the rules here place").containsAll(found);
    }
}
