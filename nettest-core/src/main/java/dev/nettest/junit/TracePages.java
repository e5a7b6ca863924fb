package dev.nettest.junit;

import dev.nettest.Network;
import dev.nettest.trace.TracePage;
import dev.nettest.trace.TraceReports;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Writes the trace of a failed test as a page, and names the page in the failure. */
final class TracePages {

    private TracePages() {}

    /** A line below a failure. */
    private static final class Note extends Exception {

        private static final long serialVersionUID = 1;

        Note(String text) {
            super(text, null, false, false);
        }
    }

    /** Call it before the network is closed. */
    static void attach(ExtensionContext context, Network network, Throwable failure) {
        String test = context.getTestMethod().map(Method::getName).orElse("class");
        String group = context.getTestClass().map(Class::getName).orElse(context.getDisplayName());
        try {
            TracePage page = TracePage.of(network.trace())
                    .failure(failure)
                    .snapshot(network.snapshot())
                    .replay(command(group, test, network.seed()));
            Optional<Path> written = TraceReports.write(group, test, page);
            written.ifPresent(path -> failure.addSuppressed(new Note("the trace of this test: " + path.toUri())));
        } catch (IOException | RuntimeException e) {
            // the failure of the test comes first
            failure.addSuppressed(new Note("the trace of this test cannot be written: " + e));
        }
    }

    /** Runs this test with this seed again. */
    private static String command(String group, String test, long seed) {
        String method = test.equals("class") ? "" : test;
        return Files.exists(Path.of("pom.xml"))
                ? "mvn test -Dtest=" + group + (method.isEmpty() ? "" : "#" + method) + " -Dnettest.seed=" + seed
                : "./gradlew test --tests " + group + (method.isEmpty() ? "" : "." + method) + " -Dnettest.seed="
                        + seed;
    }
}
