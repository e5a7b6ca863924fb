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
import java.net.UnixDomainSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Dependencies point down: adapters, API, assembly, mechanisms. Each rule lists what a package may know, so that no
 * rule holds only because the forbidden thing does not exist.
 */
class ArchitectureTest {
    private static final String API = "dev.nettest";
    private static final String INTERNAL = "dev.nettest.internal.";
    private static final String ANNOTATIONS = "org.jspecify.annotations";
    private static final Set<String> ADAPTERS = Set.of(
            "dev.nettest.socket", "dev.nettest.channel", "dev.nettest.trace", "dev.nettest.guard", "dev.nettest.junit");

    /** The rules of the JDK's sockets that several adapters share. It knows the API only, like they do. */
    private static final String INET = INTERNAL + "inet";

    /** The packages that several adapters share. */
    private static final Set<String> SHARED_BY_ADAPTERS = Set.of(INET, INTERNAL + "diagram");

    /** The mechanisms, and the other mechanisms that each may know. */
    private static final Map<String, Set<String>> MECHANISMS = Map.ofEntries(
            Map.entry("util", Set.of()),
            Map.entry("event", Set.of("util")),
            Map.entry("diagram", Set.of("util")),
            Map.entry("diff", Set.of("util")),
            Map.entry("sync", Set.of("util")),
            Map.entry("fault", Set.of("sync", "util")),
            Map.entry("stream", Set.of("fault", "sync", "util")),
            Map.entry("datagram", Set.of("fault", "sync", "util")),
            Map.entry("link", Set.of("stream", "sync", "util")),
            Map.entry("time", Set.of("sync", "util")),
            Map.entry("name", Set.of("sync", "util")));

    private static final Set<String> ASSEMBLY = Set.of("net", "bridge");

    /** API types with behaviour. A mechanism that knew one of them could not be tested alone. */
    private static final Set<String> ASSEMBLED = Set.of(
            "Network", "Host", "Listener", "Connection", "DatagramEndpoint", "Binding", "Bridge", "ConnectionPair");

    private static final JavaClasses CODE = new ClassFileImporter().importPath("target/classes");

    @Test
    void aMechanismKnowsTheMechanismsBelowIt() {
        MECHANISMS.forEach((name, known) -> {
            String[] packages = known.stream().map(below -> INTERNAL + below).toArray(String[]::new);
            classes()
                    .that()
                    .resideInAPackage(INTERNAL + name)
                    .should()
                    .onlyDependOnClassesThat(resideInAPackage(INTERNAL + name)
                            .or(resideInAnyPackage(packages))
                            .or(resideInAnyPackage(API, ANNOTATIONS, "java.."))
                            .or(describe(
                                    "jdk classes", type -> type.getPackageName().startsWith("jdk.")))
                            .or(describe("primitives", JavaClass::isPrimitive)))
                    .check(CODE);
        });
    }

    @Test
    void aMechanismKnowsNoNetworkHostOrConnection() {
        noClasses()
                .that()
                .resideInAnyPackage(packages(MECHANISMS.keySet()))
                .should()
                .dependOnClassesThat(resideInAPackage(API)
                        .and(describe(
                                "assembled API types " + ASSEMBLED, type -> ASSEMBLED.contains(type.getSimpleName()))))
                .because("each mechanism is tested alone")
                .check(CODE);
    }

    @Test
    void streamsDatagramsAndNamesKnowDataTypesOnly() {
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
                        SocketAddress.class,
                        UnixDomainSocketAddress.class))
                .or(exceptions);

        classes()
                .that()
                .resideInAnyPackage(packages(Set.of("sync", "fault", "stream", "datagram", "link", "name")))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(API, INTERNAL + "(*)", ANNOTATIONS).or(dataTypes))
                .because("time, delivery and the JDK's sockets live outside the mechanisms")
                .check(CODE);
    }

    @Test
    void onlyTheClocksTellTime() {
        noClasses()
                .that()
                .resideInAnyPackage(packages(MECHANISMS.keySet().stream()
                        .filter(name -> !name.equals("time"))
                        .collect(Collectors.toSet())))
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
                .onlyDependOnClassesThat(resideInAnyPackage(API, INTERNAL + "(*)", ANNOTATIONS, "java.."))
                .because("an adapter is entered through its own class and takes a network")
                .check(CODE);
    }

    @Test
    void anAdapterKnowsTheApiOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(ADAPTERS.toArray(String[]::new))
                .or()
                .resideInAPackage(INET)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.nettest.internal..")
                        .and(describe(
                                "not shared by adapters", type -> !SHARED_BY_ADAPTERS.contains(type.getPackageName()))))
                .because("an adapter could be written outside the project")
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
                .haveSimpleName("NetworkExtension")
                .should()
                .dependOnClassesThat(resideInAPackage("org.junit.."))
                .because("the rule above has nothing to guard otherwise")
                .check(CODE);
    }

    @Test
    void mechanismsAreFreeOfCycles() {
        slices().matching("dev.nettest.internal.(*)").should().beFreeOfCycles().check(mechanisms());
    }

    @Test
    void everyPackageHasItsPlace() {
        Set<String> found = CODE.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        found.remove("");
        Set<String> placed =
                MECHANISMS.keySet().stream().map(name -> INTERNAL + name).collect(Collectors.toSet());
        ASSEMBLY.forEach(name -> placed.add(INTERNAL + name));
        placed.add(API);
        placed.addAll(SHARED_BY_ADAPTERS);

        assertThat(found).containsAll(placed);
        found.removeAll(placed);
        assertThat(found).as("packages that no rule here places").isEqualTo(ADAPTERS);
    }

    private static JavaClasses mechanisms() {
        return CODE.that(resideInAnyPackage(packages(MECHANISMS.keySet())));
    }

    private static String[] packages(Set<String> names) {
        return names.stream().map(name -> INTERNAL + name).toArray(String[]::new);
    }
}
