package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * If the system cannot tell whether a thread waits, the waits on a self-advancing clock fail and name the thread. The
 * system is a mount namespace with an empty {@code /proc}.
 */
class WithoutProcTest {
    private static final String JAVA_HOME = System.getProperty("java.home");

    @Test
    void aThreadThatWaitsOutsideTheNetworkFailsTheWaits() throws Exception {
        assumeTrue(run("true").isEmpty(), "a mount namespace without /proc cannot be created");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        // The launcher finds its library through /proc.
        String command = "LD_LIBRARY_PATH='" + Path.of(JAVA_HOME, "lib") + "' '" + Path.of(JAVA_HOME, "bin", "java")
                + "' -cp '" + classPath + "' " + WithoutProc.class.getName();

        List<String> lines = run(command);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo("beside an idle thread of newExecutor(): virtual clock at 30 s");
        assertThat(lines.get(1))
                .startsWith("beside an idle thread of threadFactory(): the virtual clock cannot move: the thread"
                        + " \"nettest-thread-1\" (WAITING) at ")
                .endsWith(" waits for something outside the network, and this system cannot tell soundly whether it"
                        + " was woken already; have it wait in the network, or give its tasks to"
                        + " network.newExecutor(), whose idle threads do not count, or do not register it");
    }

    /** The lines that {@code command} prints, with warnings of the system about the namespace among them. */
    private static List<String> run(String command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("unshare", "-m", "sh", "-c", "mount -t tmpfs none /proc && " + command)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return List.of(e.toString()); // there is no such program
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(output).isTrue();
        return output.lines().toList();
    }
}
