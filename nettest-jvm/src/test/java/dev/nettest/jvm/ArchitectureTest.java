package dev.nettest.jvm;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Dependencies point down. Each rule lists what a package may know. */
class ArchitectureTest {
    private static final String API = "dev.nettest.jvm";
    private static final String INTERNAL = API + ".internal.";

    /** The packages, and the other packages of this module that each may know. */
    private static final Map<String, Set<String>> PACKAGES = Map.of(
            "claim", Set.of(),
            "platform", Set.of(),
            "channel", Set.of("claim", "platform"),
            "async", Set.of("channel", "claim", "platform"),
            "socket", Set.of("claim", "platform"),
            "name", Set.of("claim", "platform"),
            "install", Set.of("async", "channel", "platform", "socket"));

    private static final JavaClasses CODE = new ClassFileImporter().importPath("target/classes");

    @Test
    void anInternalPackageKnowsThoseBelowItAndThePublicCore() {
        PACKAGES.forEach((name, known) -> {
            List<String> allowed = new ArrayList<>(List.of(
                    INTERNAL + name,
                    API,
                    "dev.nettest",
                    "dev.nettest.channel",
                    "dev.nettest.socket",
                    "org.jspecify.annotations",
                    "java..",
                    "javax.management..",
                    "javax.net"));
            known.forEach(other -> allowed.add(INTERNAL + other));
            classes()
                    .that()
                    .resideInAPackage(INTERNAL + name)
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)))
                    .check(CODE);
        });
    }

    @Test
    void internalPackagesHaveNoCycle() {
        slices().matching(INTERNAL + "(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void everyPackageHasAPlaceInTheseRules() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CODE) {
            found.add(type.getPackageName());
        }
        Set<String> expected = new TreeSet<>(Set.of(API));
        PACKAGES.keySet().forEach(name -> expected.add(INTERNAL + name));
        assertThat(found).isEqualTo(expected);
    }
}
