package dev.nettest.jvm.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    @EnabledOnOs(OS.LINUX)
    void anotherProviderOfAsynchronousChannelsMakesAClaimFail() throws Exception {
        List<String> lines = start(List.of("-Djava.nio.channels.spi.AsynchronousChannelProvider="
                + "sun.nio.ch.LinuxAsynchronousChannelProvider"));

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isEqualTo("channels of nettest and the JDK");
        assertThat(lines.get(1))
                .startsWith("a claim has no effect: the JVM took its channels from"
                        + " sun.nio.ch.LinuxAsynchronousChannelProvider, not from nettest-jvm. Set"
                        + " -Djava.nio.channels.spi.AsynchronousChannelProvider="
                        + "dev.nettest.jvm.internal.async.RoutingAsynchronousProvider on the command line");
        assertThat(lines.get(2)).isEqualTo("real traffic 3");
    }

    /** Like an application server does. */
    @Test
    void aCopyOfAnotherClassLoaderMakesAClaimFail() throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : ProgramOutput.CLASS_PATH.split(File.pathSeparator)) {
            path.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader second =
                new URLClassLoader("second", path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> networks = second.loadClass("dev.nettest.Network");
            Object network = networks.getMethod("create").invoke(null);
            Method claim = second.loadClass("dev.nettest.jvm.JvmNetwork").getMethod("claim", networks);

            assertThatThrownBy(() -> claim.invoke(null, network))
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching("a claim has no effect: the JVM took its channels from the nettest-jvm of"
                            + " .*AppClassLoader@.*, and this claim is made by that of .*URLClassLoader@.*\\. Load"
                            + " nettest-jvm by the system class loader only");
            networks.getMethod("close").invoke(network);
        }
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

    private static List<String> start(List<String> settings, String... arguments)
            throws IOException, InterruptedException {
        return ProgramOutput.lines(StartedJvm.class, settings, arguments);
    }
}
