package dev.nettest.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests that use real sockets on loopback fail, unless their annotation allows it. */
class ForbidRealSocketsTest {

    private static void useLoopback() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket client = new Socket(loopback, server.getLocalPort());
                Socket accepted = server.accept()) {
            client.getOutputStream().write(1);
            accepted.getInputStream().read();
        }
    }

    private static void assertReport(Throwable failure) {
        assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("real sockets are forbidden here, but were used:\n")
                .hasMessageContaining(ForbidRealSocketsTest.class.getName() + ".useLoopback(line ");
    }

    @Test
    void theInnermostAnnotationWins() {
        List<Throwable> failures = Runs.failures(Annotated.class);
        assertThat(failures).hasSize(3).allSatisfy(ForbidRealSocketsTest::assertReport);
    }

    @NetworkTest
    @ForbidRealSockets
    static class Annotated {
        @Test
        void forbidden() throws IOException {
            useLoopback();
        }

        @Test
        void inMemory(Network network) throws IOException {
            network.pair().client().close();
        }

        @Test
        @ForbidRealSockets(allowed = "127.0.0.1")
        void allowed() throws IOException {
            useLoopback();
        }

        @Nested
        class Inner {
            @Test
            void forbidden() throws IOException {
                useLoopback();
            }
        }

        @Nested
        @ForbidRealSockets(allowed = "localhost")
        class Allowing {
            @Test
            void allowed() throws IOException {
                useLoopback();
            }

            @Test
            @ForbidRealSockets
            void forbidden() throws IOException {
                useLoopback();
            }
        }
    }

    @Test
    void lifecycleMethodsOfATestCount() {
        assertThat(Runs.failures(Lifecycle.class)).hasSize(2).allSatisfy(ForbidRealSocketsTest::assertReport);
    }

    static class Lifecycle {
        @RegisterExtension
        final RealSocketExtension guard = new RealSocketExtension("10.0.0.0/8");

        private static int runs;

        @BeforeEach
        void before() throws IOException {
            if (runs++ % 2 == 0) {
                useLoopback();
            }
        }

        @AfterEach
        void after() throws IOException {
            if (runs % 2 == 0) {
                useLoopback();
            }
        }

        @Test
        void first() {}

        @Test
        void second() {}
    }

    @Test
    void theFailureOfTheTestKeepsTheReport() {
        assertThat(Runs.failures(Failing.class)).singleElement().satisfies(failure -> {
            assertThat(failure).isInstanceOf(IllegalStateException.class);
            assertReport(failure.getSuppressed()[0]);
        });
    }

    @ForbidRealSockets
    static class Failing {
        @Test
        void fails() throws IOException {
            useLoopback();
            throw new IllegalStateException("the test");
        }
    }

    @Test
    void aMalformedEntryFailsTheTest() {
        assertThat(Runs.failures(Malformed.class)).singleElement().isInstanceOf(IllegalArgumentException.class);
    }

    static class Malformed {
        @Test
        @ForbidRealSockets(allowed = "no address")
        void test() {}
    }
}
