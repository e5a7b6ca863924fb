package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocked writes, connects and listeners over a Unix path, if they differ from TCP. */
abstract class UnixBlockedContract extends Contract {

    /** The blocked write took the reset, although it returns a count: no read finds it. */
    @Test
    void closeOfPeerEndsBlockedWriteAndIsReportedOnce() throws IOException {
        Pair pair = backend.pair();
        Task writer = blockedWriter(pair);
        pair.server().close();
        assertThat(tail(writer, pair))
                .isEqualTo(
                        backend.capacity() == 0
                                ? expanded("reset-by-peer, broken-pipe, eof, eof")
                                : expanded("partial, broken-pipe, eof, eof"));
    }

    @Test
    void inputShutdownOfPeerEndsBlockedWrite() throws IOException {
        Pair pair = backend.pair();
        Task writer = blockedWriter(pair);
        pair.server().shutdownInput();
        String first = backend.capacity() == 0 ? "broken-pipe" : "partial";
        assertThat(outcome(writer)).isEqualTo(expanded(first));
        assertThat(Outcome.write(pair.client(), 1)).isEqualTo(expanded("broken-pipe"));
        assertThat(pair.client().isOpen()).isTrue();
    }

    @Test
    void writeThatMovedNothingReportsTheError() throws IOException {
        needs(Capability.FILL);
        List<String> outcomes = new ArrayList<>();
        for (Ending ending : Ending.values()) {
            Pair pair = backend.pair();
            pair.server().writeFully(new byte[1]);
            backend.fill(pair);
            Task writer = Task.start(backend, "writer", () -> pair.client().write(new byte[1]));
            writer.awaitBlocked();
            ending.apply(pair);
            outcomes.add(ending + ": " + writer.outcome() + ", open: "
                    + pair.client().isOpen());
            if (ending == Ending.CLOSED_BY_PEER) {
                assertThat(Outcome.read(pair.client(), 1)).isEqualTo("1");
                assertThat(Outcome.read(pair.client(), 1)).isEqualTo("eof");
            }
        }
        assertThat(outcomes)
                .containsExactly(
                        "CLOSED_BY_PEER: " + expanded("reset-by-peer") + ", open: true",
                        "INPUT_SHUT_BY_PEER: " + expanded("broken-pipe") + ", open: true",
                        "CLOSED_BY_ME: " + expanded("closed-meanwhile") + ", open: false",
                        "OUTPUT_SHUT_BY_ME: " + expanded("output-shut") + ", open: true");
    }

    private enum Ending {
        CLOSED_BY_PEER,
        INPUT_SHUT_BY_PEER,
        CLOSED_BY_ME,
        OUTPUT_SHUT_BY_ME;

        void apply(Pair pair) throws IOException {
            switch (this) {
                case CLOSED_BY_PEER -> pair.server().close();
                case INPUT_SHUT_BY_PEER -> pair.server().shutdownInput();
                case CLOSED_BY_ME -> pair.client().close();
                case OUTPUT_SHUT_BY_ME -> pair.client().shutdownOutput();
            }
        }
    }

    @ParameterizedTest(name = "backlog {0} takes {1}")
    @CsvSource({"1, 2", "2, 3", "5, 6"})
    void theBacklogTakesOneMoreThanItSays(int backlog, int taken) throws IOException {
        Server server = backend.bind(backend.anyAddress(), backlog);
        for (int i = 0; i < taken; i++) {
            backend.connect(server.address());
        }
        Task waiting = Task.start(
                backend, "waiting", () -> backend.connect(server.address()).isOpen());
        waiting.awaitBlocked();
        for (int i = 0; i <= taken; i++) {
            server.accept();
        }
        assertThat(waiting.outcome()).isEqualTo("true");
    }

    @Test
    void closeOfListenerResetsQueuedConnections() throws IOException {
        for (boolean written : backend.capacity() > 0 ? new boolean[] {false, true} : new boolean[] {false}) {
            Server server = backend.bind();
            Stream client = backend.connect(server.address());
            if (written) {
                client.writeFully(new byte[1]);
            }
            server.close();
            assertThat(Outcome.write(client, 1)).isEqualTo(expanded("broken-pipe"));
            assertThat(Outcome.read(client, 1)).isEqualTo(expanded("reset"));
            assertThat(Outcome.write(client, 1)).isEqualTo(expanded("broken-pipe"));
            assertThat(Outcome.read(client, 1)).isEqualTo(expanded("reset"));
        }
    }

    @Test
    void pathStaysWhenItsListenerIsClosed() throws IOException {
        SocketAddress path = backend.anyAddress();
        Predicate<Connector> isOpen = Connector::isOpen;
        assertThat(Outcome.of(() -> backend.connect(path)))
                .isEqualTo("java.net.SocketException: No such file or directory");
        backend.bind(path, 1).close();
        Connector connector = backend.connector();
        assertThat(Outcome.of(() -> connector.connect(path, Duration.ZERO))).isEqualTo(expanded("refused"));
        assertThat(connector).matches(isOpen.negate(), "closed");
        assertThat(Outcome.of(() -> backend.bind(path, 1))).isEqualTo(expanded("in-use"));
    }

    private Task blockedWriter(Pair pair) {
        Task writer =
                Task.start(backend, "writer", () -> pair.client().write(Bytes.position(0, backend.moreThanFits())));
        writer.awaitBlocked();
        return writer;
    }

    /** The outcomes of the blocked write, then of a write and two reads. */
    private String tail(Task writer, Pair pair) {
        return String.join(
                ", ",
                outcome(writer),
                Outcome.write(pair.client(), 1),
                Outcome.read(pair.client(), 1),
                Outcome.read(pair.client(), 1));
    }

    /** Replaces a partial count with a word: the exact count depends on the buffers. */
    private String outcome(Task writer) {
        String outcome = writer.outcome();
        boolean some = outcome.matches("\\d+")
                && Integer.parseInt(outcome) > 0
                && Integer.parseInt(outcome) < backend.moreThanFits();
        return some ? "partial" : outcome;
    }
}
