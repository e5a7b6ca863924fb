package dev.nettest.dsl;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.nettest.Network;
import java.net.URL;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dependencies: dsl -> the exported packages of the core. */
class ArchitectureTest {
    private static final String DSL = "dev.nettest.dsl";
    private static final String INTERNAL = "dev.nettest.dsl.internal";
    private static final String[] BELOW = {
        "dev.nettest",
        "dev.nettest.channel",
        "dev.nettest.socket",
        "org.jspecify.annotations",
        "org.jetbrains.annotations",
        "java..",
        "javax.net..",
        "kotlin..",
        "kotlinx.coroutines..",
    };

    private static final JavaClasses CODE = new ClassFileImporter().importPath("target/classes");

    @Test
    void theDslDependsOnNoInternalPackageAndNoTestFramework() {
        classes()
                .that()
                .resideInAnyPackage(DSL, INTERNAL)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(BELOW).or(resideInAnyPackage(DSL, INTERNAL)))
                .check(CODE);
    }

    @Test
    void thePackagesAreComplete() {
        Set<String> found = CODE.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        found.remove("");

        assertThat(found).containsExactlyInAnyOrder(DSL, INTERNAL);
    }

    @Test
    void noTwoPublicTypesShareASimpleName() {
        URL core = Network.class.getProtectionDomain().getCodeSource().getLocation();
        Set<String> exported =
                Set.of("dev.nettest", "dev.nettest.channel", "dev.nettest.socket", "dev.nettest.junit", DSL);

        List<String> names = Stream.concat(new ClassFileImporter().importUrl(core).stream(), CODE.stream())
                .filter(type -> exported.contains(type.getPackageName()))
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getSimpleName)
                .toList();

        assertThat(names).contains("Network", "SuspendingConnection").doesNotHaveDuplicates();
    }
}
