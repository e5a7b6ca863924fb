package dev.nettest.jvm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.JvmNetworkExtension;
import dev.nettest.jvm.JvmNetworkTest;
import dev.nettest.jvm.Localhost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/** The JUnit extension. */
class JvmNetworkTestTest {

    private static List<String> failures(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents()
                .filter(event -> event.getType() == EventType.FINISHED)
                .map(JvmNetworkTestTest::failure)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static String failure(Event event) {
        return event.getPayload(org.junit.platform.engine.TestExecutionResult.class)
                .flatMap(org.junit.platform.engine.TestExecutionResult::getThrowable)
                .map(Throwable::toString)
                .orElse("");
    }

    @Test
    void oneLineIsEnough() {
        assertThat(failures(OneLine.class)).isEmpty();
    }

    @ExtendWith(JvmNetworkExtension.class)
    static class OneLine {
        @Test
        void localhostOfTheTestIsInMemory(Network network) throws IOException {
            try (ServerSocket server = new ServerSocket(8080, 1, InetAddress.getLoopbackAddress());
                    Socket client = new Socket("localhost", 8080)) {
                assertThat(client.getPort()).isEqualTo(server.getLocalPort());
                assertThat(network.snapshot().toString()).contains("ESTABLISHED", "127.0.0.1:8080");
            }
        }
    }

    @Test
    void theAnnotationGivesSettings() {
        assertThat(failures(Annotated.class)).isEmpty();
    }

    @JvmNetworkTest(localhost = Localhost.ALL_THREADS, addresses = "192.0.2.0/24")
    @NetworkTest(seed = 7)
    static class Annotated {
        @Test
        void theClaimAndTheNetworkHaveThem(Claim claim, Network network) {
            assertThat(claim.network()).isSameAs(network);
            assertThat(claim.config().localhost()).isEqualTo(Localhost.ALL_THREADS);
            assertThat(claim.address(3)).isEqualTo("192.0.2.3");
            assertThat(network.seed()).isEqualTo(7);
        }

        @Test
        @JvmNetworkTest
        void theInnermostAnnotationWins(Claim claim) {
            assertThat(claim.config().localhost()).isEqualTo(Localhost.REGISTERED_THREADS);
        }
    }

    @Test
    void aSharedNetworkHasOneClaim() {
        assertThat(failures(Shared.class)).isEmpty();
    }

    @JvmNetworkTest
    @NetworkTest(scope = NetworkTest.Scope.CLASS)
    static class Shared {
        private static Claim first;

        @BeforeAll
        static void listen(Claim claim) throws IOException {
            first = claim;
            claim.host("server").listen(80);
        }

        @Test
        void connects(Claim claim) throws IOException {
            assertThat(claim).isSameAs(first);
            try (Socket client = new Socket(claim.address(1), 80)) {
                assertThat(client.isConnected()).isTrue();
            }
        }

        @Test
        void connectsAgain(Claim claim) throws IOException {
            connects(claim);
        }
    }

    @Test
    void aForbiddenSocketFailsTheTest() {
        assertThat(failures(Forbidden.class))
                .singleElement()
                .asString()
                .contains(
                        "real sockets are forbidden by the claim at Forbidden.swallowsTheFailure",
                        "tried bind to",
                        "JvmNetworkTestTest.java:");
    }

    @JvmNetworkTest(localhost = Localhost.NO_THREADS, forbidRealSockets = true)
    static class Forbidden {
        @Test
        void swallowsTheFailure() throws IOException {
            try (ServerSocket server = new ServerSocket()) {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            } catch (IOException e) {
                // as bad code does
            }
        }
    }

    @Test
    void aClaimThatATestLeavesOpenFailsItAndIsFreed() {
        try (Network other = Network.create()) {
            Leaving.other = other;
            assertThat(failures(Leaving.class))
                    .singleElement()
                    .asString()
                    .matches("java\\.lang\\.AssertionError: the test left claims open, which were opened at"
                            + " JvmNetworkTestTest\\.java:\\d+");
            try (Claim again = JvmNetwork.claim(other, Leaving.CONFIG)) {
                assertThat(again.address(1)).isEqualTo("198.51.100.1");
            }
        }
    }

    @JvmNetworkTest
    static class Leaving {
        static final ClaimConfig CONFIG =
                ClaimConfig.builder().addresses("198.51.100.0/24").build();
        static Network other;

        @Test
        void claimsForAnotherNetworkToo(Network network) {
            assertThat(JvmNetwork.claim(other, CONFIG).network()).isNotSameAs(network);
        }

        @Test
        void claimsForItsOwnNetworkToo(Network network) {
            JvmNetwork.claim(
                            network,
                            ClaimConfig.builder().addresses("203.0.113.0/24").build())
                    .close();
        }
    }
}
