package dev.nettest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.jetbrains.kotlin.abi.tools.AbiFilters;
import org.jetbrains.kotlin.abi.tools.AbiTools;
import org.jetbrains.kotlin.abi.tools.AbiToolsFactory;

/**
 * Compares the public API of a module with the reviewed file. The API is the packages that the module exports without
 * qualification, apart from Kotlin's {@code internal} declarations. Without a module descriptor it is every
 * package that is not internal.
 */
public final class PublicApi {
    private static final boolean UPDATE = Boolean.getBoolean("api.update");
    private static final Path CLASSES = Path.of("target", "classes");
    private static final String INTERNAL = "internal";

    private PublicApi() {}

    /** Fails with the difference, unless the system property {@code api.update} asks for the file to be rewritten. */
    public static void assertReviewed(Path reviewed) throws IOException {
        AbiTools tools = ServiceLoader.load(AbiToolsFactory.class)
                .findFirst()
                .orElseThrow()
                .get();
        StringBuilder found = new StringBuilder();
        tools.printJvmDump(found, exportedClasses(), new AbiFilters(Set.of(), Set.of(), Set.of(), Set.of()));
        assertThat(found).as("the public API found in %s", CLASSES).isNotBlank();

        Path dump = Path.of("target").resolve(reviewed.getFileName());
        Files.writeString(dump, found);
        if (UPDATE) {
            Files.writeString(reviewed, found);
        }
        String difference = tools.filesDiff(reviewed.toFile(), dump.toFile());
        if (difference != null) {
            fail("The public API is not the one reviewed in " + reviewed + ":\n\n" + difference
                    + "\n\nIf this is meant, run the build once with -Dapi.update=true"
                    + " and commit the rewritten file with the change.");
        }
    }

    private static List<File> exportedClasses() throws IOException {
        List<File> classes = new ArrayList<>();
        for (Path directory : exportedDirectories()) {
            try (Stream<Path> files = Files.list(directory)) {
                files.filter(file -> file.toString().endsWith(".class"))
                        .map(Path::toFile)
                        .forEach(classes::add);
            }
        }
        classes.sort(null);
        return classes;
    }

    private static List<Path> exportedDirectories() throws IOException {
        Path descriptor = CLASSES.resolve("module-info.class");
        if (Files.notExists(descriptor)) {
            try (Stream<Path> files = Files.walk(CLASSES)) {
                return files.filter(Files::isDirectory)
                        .filter(directory -> !directory.toString().contains(INTERNAL))
                        .toList();
            }
        }
        try (InputStream module = Files.newInputStream(descriptor)) {
            return ModuleDescriptor.read(module).exports().stream()
                    .filter(exports -> !exports.isQualified())
                    .map(exports -> CLASSES.resolve(exports.source().replace('.', '/')))
                    .toList();
        }
    }
}
