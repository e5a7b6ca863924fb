package dev.nettest.jvm.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The settings of a JVM that decide whether a claim is possible, each in a JVM of its own. */
class InstallationTest {

    private static final String SERVICE = "java.nio.channels.spi.SelectorProvider";
    private static final String EXPORT = "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED";

    @Test
    void withoutSettingsAClaimWorks() throws Exception {
        assertThat(start(List.of()))
                .containsExactly("channels of nettest and nettest", "connected true", "real traffic 3");
    }

    @Test
    void anExportedPackageIsUsed() throws Exception {
        assertThat(start(List.of(EXPORT)))
                .containsExactly("channels of nettest and nettest", "connected true", "real traffic 3");
    }

    @Test
    void theSwitchTurnsTheModeOff() throws Exception {
        assertThat(start(List.of("-Dnettest.jvm=off")))
                .containsExactly(
                        "channels of the JDK and the JDK",
                        "a claim has no effect: -Dnettest.jvm=off turned the mode off",
                        "real traffic 3");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anotherProviderMakesAClaimFail() throws Exception {
        List<String> lines = start(List.of("-D" + SERVICE + "=sun.nio.ch.EPollSelectorProvider"));

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isEqualTo("channels of the JDK and nettest");
        assertThat(lines.get(1))
                .startsWith("a claim has no effect: the JVM took its channels from sun.nio.ch.EPollSelectorProvider,"
                        + " not from nettest-jvm. Set -D" + SERVICE
                        + "=dev.nettest.jvm.internal.channel.RoutingSelectorProvider on the command line of the JVM");
        assertThat(lines.get(2)).isEqualTo("real traffic 3");
    }

    @Test
    void aFactoryOfAnotherLibraryMakesAClaimFail() throws Exception {
        for (String factory : List.of("factory", "serverFactory")) {
            assertThat(start(List.of(), factory))
                    .as(factory)
                    .containsExactly(
                            "channels of nettest and nettest",
                            "another library has set the factory of java.net's sockets, which can be set once in a"
                                    + " JVM",
                            "real traffic 3");
        }
    }

    /** The lines that the JVM prints. */
    private static List<String> start(List<String> settings, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        command.add(Path.of(System.getProperty("java.home"), "bin", windows ? "java.exe" : "java")
                .toString());
        command.addAll(settings);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(StartedJvm.class.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        return output.lines().toList();
    }
}
