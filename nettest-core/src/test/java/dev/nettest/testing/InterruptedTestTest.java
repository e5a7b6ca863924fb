package dev.nettest.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SAME_THREAD;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** A timeout of JUnit interrupts its test, also in a wait that ignores interrupts. */
@Timeout(30)
class InterruptedTestTest {

    private static List<Throwable> failures(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .allEvents()
                .finished()
                .failed()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result -> result.getThrowable().orElseThrow())
                .toList();
    }

    /** The reports of the network. Another suppressed exception names the page with its trace. */
    private static List<Throwable> reports(Throwable failure) {
        return Stream.of(failure.getSuppressed())
                .filter(suppressed -> suppressed instanceof AssertionError)
                .toList();
    }

    @Test
    void aTimeoutEndsTheReadOfAStream() {
        assertThat(failures(Reads.class)).singleElement().satisfies(failure -> {
            assertThat(failure)
                    .isInstanceOf(TimeoutException.class)
                    .hasMessage("hangs(dev.nettest.Network) timed out after 50 milliseconds");
            assertThat(reports(failure)).singleElement().satisfies(report -> {
                assertThat(report).isInstanceOf(AssertionError.class);
                assertThat(report.getMessage().lines().limit(3))
                        .containsExactly(
                                "the thread \"" + Thread.currentThread().getName()
                                        + "\" was interrupted a second ago, such as by the timeout of its test, in a"
                                        + " call that ignores interrupts, and these still wait:",
                                "  thread \"" + Thread.currentThread().getName()
                                        + "\" in read of 127.0.0.1:49152 -> 10.0.0.5:80, at "
                                        + "InterruptedTestTest.java:" + Reads.line,
                                "likely cause: nothing accepts from 10.0.0.5:80, where 1 connection is queued");
            });
        });
    }

    @NetworkTest
    static class Reads {
        static int line;

        @Test
        @Timeout(value = 50, unit = TimeUnit.MILLISECONDS, threadMode = SAME_THREAD)
        void hangs(Network network) throws Exception {
            network.listen("10.0.0.5:80");
            Connection client = network.connect("10.0.0.5:80");
            line = new Throwable().getStackTrace()[0].getLineNumber() + 1;
            client.inputStream().read();
        }
    }

    @Test
    void aTimeoutEndsTheWaitsOfSockets() {
        List<Throwable> failures = failures(Sockets.class);

        assertThat(failures)
                .extracting(failure -> failure.getSuppressed()[0]
                        .getMessage()
                        .lines()
                        .skip(1)
                        .findFirst()
                        .orElseThrow())
                .extracting(line -> line.replaceAll(".*\" in (.*), at .*java:\\d+", "$1"))
                .containsExactlyInAnyOrder(
                        "accept of 10.0.0.5:80", "read of 127.0.0.1:49152 -> 10.0.0.5:80", "receive of 10.0.0.5:53");
    }

    @NetworkTest
    @Timeout(value = 50, unit = TimeUnit.MILLISECONDS, threadMode = SAME_THREAD)
    static class Sockets {
        @Test
        void accepts(Network network) throws Exception {
            try (ServerSocket server =
                    NetworkSockets.serverSocketFactory(network).createServerSocket()) {
                server.bind(new InetSocketAddress("10.0.0.5", 80));
                server.accept();
            }
        }

        @Test
        void reads(Network network) throws Exception {
            network.listen("10.0.0.5:80");
            try (Socket client = NetworkSockets.socketFactory(network).createSocket("10.0.0.5", 80)) {
                client.getInputStream().read();
            }
        }

        @Test
        void receives(Network network) throws Exception {
            try (DatagramSocket socket =
                    NetworkSockets.datagramSocket(network, new InetSocketAddress("10.0.0.5", 53))) {
                socket.receive(new DatagramPacket(new byte[10], 10));
            }
        }
    }

    @Test
    void theNextMethodOfTheTestIsNotInterrupted() {
        assertThat(failures(Cleans.class)).singleElement().isInstanceOf(TimeoutException.class);
        assertThat(Cleans.read).isEqualTo('x');
    }

    @NetworkTest
    static class Cleans {
        static int read;

        @Test
        @Timeout(value = 50, unit = TimeUnit.MILLISECONDS, threadMode = SAME_THREAD)
        void hangs(Network network) throws Exception {
            network.pair().client().inputStream().read();
        }

        @AfterEach
        void clean(Network network) throws Exception {
            var pair = network.pair();
            pair.client().outputStream().write('x');
            read = pair.server().inputStream().read();
        }
    }

    @Test
    void aLifecycleMethodEndsToo() {
        assertThat(failures(Prepares.class)).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessageEndingWith("timed out after 50 milliseconds");
            assertThat(reports(failure)).hasSize(1);
        });
    }

    /** On a virtual clock that may wait for something outside the JVM, no hang is found. */
    @NetworkTest(config = Prepares.Outside.class)
    static class Prepares {
        static final class Outside implements Supplier<NetworkConfig> {
            @Override
            public NetworkConfig get() {
                return NetworkConfig.builder()
                        .clocks(VirtualClock::selfAdvancing)
                        .checksHangs(false)
                        .build();
            }
        }

        @BeforeEach
        @Timeout(value = 50, unit = TimeUnit.MILLISECONDS, threadMode = SAME_THREAD)
        void prepares(Network network) throws Exception {
            network.pair().client().inputStream().read();
        }

        @Test
        void neverRuns() {
            throw new AssertionError("unreachable");
        }
    }
}
