package dev.nettest.kotest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.nettest.Network;
import dev.nettest.dsl.NetworkScope;
import dev.nettest.jvm.JvmNetwork;
import java.net.URL;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Dependencies: kotest -> dsl -> the exported packages of the core. The extension with a claim also knows
 * nettest-jvm.
 */
class ArchitectureTest {
    private static final String KOTEST = "dev.nettest.kotest";
    private static final String DSL = "dev.nettest.dsl";

    private static final String JVM = "dev.nettest.jvm";

    private static final JavaClasses CODE = new ClassFileImporter().importPath("target/classes");

    @Test
    void theExtensionDependsOnTheDslAndKotest() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        KOTEST,
                        DSL,
                        JVM,
                        "dev.nettest",
                        "dev.nettest.guard",
                        "dev.nettest.trace",
                        "io.kotest..",
                        "kotlin..",
                        "kotlinx.coroutines..",
                        "org.jetbrains.annotations",
                        "java.."))
                .check(CODE);
    }

    @Test
    void nettestJvmIsOptional() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.(KotestJvmNetworkExtension|ClaimElement|TestClaims).*")
                .should()
                .dependOnClassesThat(resideInAnyPackage(JVM))
                .check(CODE);
    }

    @Test
    void thePackagesAreComplete() {
        assertThat(CODE.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
                .containsExactly(KOTEST);
    }

    @Test
    void noTwoPublicTypesShareASimpleName() {
        Set<String> exported = Set.of(
                "dev.nettest", "dev.nettest.channel", "dev.nettest.socket", "dev.nettest.junit", DSL, JVM, KOTEST);

        List<String> names = Stream.of(
                        imported(Network.class), imported(NetworkScope.class), imported(JvmNetwork.class), CODE)
                .flatMap(JavaClasses::stream)
                .filter(type -> exported.contains(type.getPackageName()))
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getSimpleName)
                .toList();

        assertThat(names)
                .contains("Network", "SuspendingConnection", "KotestNetworkExtension")
                .doesNotHaveDuplicates();
    }

    private static JavaClasses imported(Class<?> type) {
        URL location = type.getProtectionDomain().getCodeSource().getLocation();
        return new ClassFileImporter().importUrl(location);
    }
}
