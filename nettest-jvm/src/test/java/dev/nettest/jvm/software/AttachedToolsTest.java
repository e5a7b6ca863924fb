package dev.nettest.jvm.software;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import dev.nettest.jvm.Localhost;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A debugger and a management client reach a JVM of which a network has claimed localhost. */
class AttachedToolsTest {

    private Process jvm;
    private BufferedReader output;
    private final List<String> printed = new ArrayList<>();

    private void start(List<String> settings, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program("java")));
        command.addAll(settings);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WatchedJvm.class.getName()));
        command.addAll(List.of(arguments));
        jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = jvm.inputReader();
    }

    private static String program(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** The rest of the first line that begins like this. */
    private String awaitLine(String beginning) throws IOException {
        String line = output.readLine();
        while (line != null && !line.strip().startsWith(beginning)) {
            printed.add(line);
            line = output.readLine();
        }
        assertThat(line).as("a line with %s after %s", beginning, printed).isNotNull();
        return line.strip().substring(beginning.length()).strip();
    }

    /** The claim fails at its close if a socket of the kernel was made. */
    private void assertEndsWithoutRealSockets() throws IOException, InterruptedException {
        jvm.getOutputStream().write('\n');
        jvm.getOutputStream().flush();
        awaitLine("closed");
        assertThat(printed).as("the network was used").anyMatch(line -> line.contains("127.0.0.1:7199"));
        assertThat(jvm.waitFor()).isZero();
    }

    @AfterEach
    void stop() {
        jvm.destroyForcibly();
    }

    @Test
    void aDebuggerAttaches() throws Exception {
        start(
                List.of("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0"),
                Localhost.ALL_THREADS.name());
        String port = awaitLine("Listening for transport dt_socket at address:");
        awaitLine("claimed");

        VirtualMachine debugged = attachDebugger(port);
        debugged.suspend();
        assertThat(debugged.allThreads()).extracting(ThreadReference::name).contains("main");
        assertThat(debugged.classesByName(WatchedJvm.class.getName())).hasSize(1);
        debugged.resume();

        assertEndsWithoutRealSockets();
    }

    private static VirtualMachine attachDebugger(String port) throws Exception {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(found -> found.name().equals("com.sun.jdi.SocketAttach"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(port);
        return connector.attach(arguments);
    }

    @Test
    void aManagementAgentThatListensBeforeTheClaimAnswers() throws Exception {
        start(
                List.of(
                        "-Dcom.sun.management.jmxremote.port=0",
                        "-Dcom.sun.management.jmxremote.rmi.port=0",
                        "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                        "-Djava.rmi.server.hostname=127.0.0.1",
                        "-Dcom.sun.management.jmxremote.authenticate=false",
                        "-Dcom.sun.management.jmxremote.ssl=false"),
                Localhost.ALL_THREADS.name());
        awaitLine("claimed");

        assertThat(pidByManagement(urlOfAgent())).isEqualTo(jvm.pid());

        assertEndsWithoutRealSockets();
    }

    @Test
    void aManagementAgentOfAnUnregisteredThreadAnswers() throws Exception {
        start(List.of(), Localhost.REGISTERED_THREADS.name(), "0.0.0.0/0", "::/0");
        awaitLine("claimed");

        com.sun.tools.attach.VirtualMachine attached =
                com.sun.tools.attach.VirtualMachine.attach(String.valueOf(jvm.pid()));
        assertThat(pidByManagement(attached.startLocalManagementAgent())).isEqualTo(jvm.pid());
        attached.detach();

        assertEndsWithoutRealSockets();
    }

    /** The port is the kernel's choice, so the JVM itself tells it. */
    private String urlOfAgent() throws IOException {
        Process status =
                new ProcessBuilder(program("jcmd"), String.valueOf(jvm.pid()), "ManagementAgent.status").start();
        return status.inputReader()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("URL"))
                .map(line -> line.substring(line.indexOf("service:")))
                .findFirst()
                .orElseThrow();
    }

    private static long pidByManagement(String url) throws IOException {
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(url))) {
            return ManagementFactory.newPlatformMXBeanProxy(
                            connector.getMBeanServerConnection(),
                            ManagementFactory.RUNTIME_MXBEAN_NAME,
                            RuntimeMXBean.class)
                    .getPid();
        }
    }
}
