package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** With {@code -Djava.net.preferIPv4Stack=true} the outcomes of all calls are equal on loopback and in memory. */
class LoopbackIpv4StackTest {
    private static final String UNAVAILABLE = "java.net.SocketException: "
            + (Runtime.version().feature() < 18 ? "Protocol family unavailable" : "IPv6 protocol family unavailable");

    @Test
    void callsHaveTheOutcomesOfLoopback() throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux"), "the expected texts are those of the Linux kernel");
        List<String> lines = runCalls();

        assertThat(lines)
                .noneMatch(line -> line.startsWith("!"))
                .contains(
                        "unbound: 0.0.0.0/0.0.0.0 null",
                        "bound by default: /0.0.0.0:port",
                        "bound to ::1: java.net.SocketException: Unsupported address type",
                        "connected to ::1: java.net.SocketException: Unsupported address type",
                        "socket connected to ::1: " + UNAVAILABLE,
                        "server bound to ::1: " + UNAVAILABLE,
                        "connected to both: both/10.0.0.5",
                        "connected to six: java.net.UnknownHostException: six");
    }

    private static List<String> runCalls() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process calls = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        classPath,
                        Ipv4StackCalls.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(calls.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(calls.waitFor(20, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(calls.exitValue()).as(output).isZero();
        return output.lines().toList();
    }
}
