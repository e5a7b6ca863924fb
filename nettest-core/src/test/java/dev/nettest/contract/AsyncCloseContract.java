package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocked reads and writes while another thread, or the peer, closes, shuts down or resets. */
abstract class AsyncCloseContract extends Contract {

    @Test
    void localCloseEndsBlockedRead() throws IOException {
        Pair pair = backend.pair();
        Task reader = blockedReader(pair);
        pair.client().close();
        pair.settle();
        assertThat(reader.outcome()).isEqualTo(expanded("closed-meanwhile"));
        assertThat(Outcome.read(pair.client(), 1)).isEqualTo(expanded("closed"));
        assertThat(Outcome.read(pair.server(), 1)).isEqualTo("eof");
    }

    @Test
    void localResetEndsBlockedRead() throws IOException {
        needsTcp();
        Pair pair = backend.pair();
        Task reader = blockedReader(pair);
        pair.client().reset();
        assertThat(reader.outcome()).isEqualTo(expanded("closed-meanwhile"));
        pair.settle();
        assertThat(Outcome.read(pair.server(), 1)).isEqualTo(expanded("reset"));
    }

    @Test
    void localCloseEndsAllBlockedReads() throws IOException {
        Pair pair = backend.pair();
        Task first = blockedReader(pair);
        Task second = Task.start(backend, "second reader", () -> Outcome.read(pair.client(), 1));
        pair.client().close();
        assertThat(first.outcome()).isEqualTo(expanded("closed-meanwhile"));
        assertThat(second.outcome()).isIn(expanded("closed-meanwhile"), expanded("closed"));
    }

    @Test
    void localInputShutdownEndsBlockedRead() throws IOException {
        Pair pair = backend.pair();
        Task reader = blockedReader(pair);
        pair.client().shutdownInput();
        assertThat(reader.outcome()).isEqualTo("eof");
        assertThat(Outcome.read(pair.client(), 1)).isEqualTo("eof");
        assertThat(pair.client().isOpen()).isTrue();
    }

    @Test
    void localOutputShutdownLeavesReadBlocked() throws IOException {
        Pair pair = backend.pair();
        Task reader = blockedReader(pair);
        pair.client().shutdownOutput();
        pair.settle();
        Task writer = Task.start(backend, "writer", () -> pair.server().write(new byte[7]));
        assertThat(reader.outcome()).isEqualTo("1");
        assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
        assertThat(pair.client().readFully(6)).hasSize(6);
        assertThat(writer.outcome()).isEqualTo("7");
    }

    @Test
    void resetOfPeerEndsBlockedRead() throws IOException {
        needsTcp();
        Pair pair = backend.pair();
        Task reader = blockedReader(pair);
        pair.server().reset();
        assertThat(reader.outcome()).isEqualTo(expanded("reset"));
        assertThat(Outcome.read(pair.client(), 1)).isEqualTo(expanded("reset"));
        assertThat(Outcome.write(pair.client(), 1)).isEqualTo(expanded("broken-pipe"));
    }

    @Test
    void closeOfPeerWithUnreadBytesEndsBlockedRead() throws IOException {
        needsCapacity(1);
        for (JdkType peer : OutcomeTable.peers(backend)) {
            Pair pair = backend.pair(peer);
            pair.client().writeFully(new byte[1]);
            pair.settle();
            Task reader = blockedReader(pair);
            pair.server().close();
            pair.settle();
            String outcome = peer == JdkType.CHANNEL ? expanded("reset") : "eof";
            assertThat(reader.outcome()).isEqualTo(outcome);
            assertThat(Outcome.read(pair.client(), 1)).isEqualTo(outcome);
            assertThat(Outcome.write(pair.client(), 1)).isEqualTo(expanded("broken-pipe"));
        }
    }

    @Test
    void readAndWriteDoNotBlockEachOther() throws IOException {
        Pair pair = backend.pair();
        Task reader = blockedReader(pair);
        Task writer = Task.start(backend, "writer", () -> pair.client().write(new byte[] {5}));
        assertThat(pair.server().readFully(1)).containsExactly(5);
        assertThat(writer.outcome()).isEqualTo("1");
        pair.server().writeFully(new byte[1]);
        assertThat(reader.outcome()).isEqualTo("1");
    }

    /** A socket's write fails. A channel's returns a partial count, and its next write reports the error. */
    @Test
    void localCloseEndsBlockedWrite() throws IOException {
        Pair pair = backend.pair();
        Task writer = blockedWriter(pair);
        pair.client().close();
        assertThat(partial(writer.outcome()))
                .isEqualTo(returnsPartialCount() ? "partial" : expanded("closed-meanwhile"));
        assertThat(Outcome.write(pair.client(), 1)).isEqualTo(expanded("closed"));
    }

    @Test
    void localOutputShutdownEndsBlockedWrite() throws IOException {
        Pair pair = backend.pair();
        Task writer = blockedWriter(pair);
        pair.client().shutdownOutput();
        assertThat(partial(writer.outcome())).isEqualTo(returnsPartialCount() ? "partial" : expanded("output-shut"));
        assertThat(Outcome.write(pair.client(), 1)).isEqualTo(expanded("output-shut"));
        assertThat(pair.client().isOpen()).isTrue();
    }

    /** The end of a stream that was cut short must not look like its end. */
    @Test
    void resetBehindAHalfCloseDiscardsItIfBytesAreUnsent() throws IOException {
        needsTcp();
        needsCapacity(1);
        Pair pair = backend.pair();
        Task writer = blockedWriter(pair);
        pair.client().shutdownOutput();
        writer.outcome();
        pair.client().reset();
        assertThat(end(pair.server())).isEqualTo(expanded("reset"));
        assertThat(Outcome.read(pair.server(), 1)).isEqualTo(expanded("reset"));
        assertThat(Outcome.write(pair.server(), 1)).isEqualTo(expanded("broken-pipe"));
    }

    @Test
    void halfCloseArrivesBehindUnsentBytes() throws IOException {
        needsCapacity(1);
        Pair pair = backend.pair();
        Task writer = blockedWriter(pair);
        pair.client().shutdownOutput();
        writer.outcome();
        assertThat(end(pair.server())).isEqualTo("eof");
    }

    @Test
    void closeArrivesBehindUnsentBytes() throws IOException {
        needsCapacity(1);
        Pair pair = backend.pair();
        Task writer = blockedWriter(pair);
        pair.client().close();
        writer.outcome();
        assertThat(end(pair.server())).isEqualTo("eof");
    }

    /** Reads to the end, and returns how the stream ended. */
    private String end(Stream stream) {
        String outcome = Outcome.read(stream, 1 << 16);
        while (outcome.matches("\\d+")) {
            outcome = Outcome.read(stream, 1 << 16);
        }
        return outcome;
    }

    @Test
    void resetOfPeerEndsBlockedWrite() throws IOException {
        needsTcp();
        for (JdkType peer : OutcomeTable.peers(backend)) {
            Pair pair = backend.pair(peer);
            Task writer = blockedWriter(pair);
            pair.server().reset();
            assertThat(tail(writer, pair)).containsExactlyElementsOf(expandedTail("reset-by-peer"));
        }
    }

    @Test
    void closeOfPeerWithUnreadBytesEndsBlockedWrite() throws IOException {
        needsTcp();
        for (JdkType peer : OutcomeTable.peers(backend)) {
            Pair pair = backend.pair(peer);
            Task writer = blockedWriter(pair);
            pair.server().close();
            String first = peer == JdkType.CHANNEL ? "reset-by-peer" : "broken-pipe";
            assertThat(tail(writer, pair)).as("peer: %s", peer).containsExactlyElementsOf(expandedTail(first));
        }
    }

    @Test
    void inputShutdownOfPeerLeavesWriteBlocked() throws IOException {
        needsTcp();
        Pair pair = backend.pair();
        Task writer = blockedWriter(pair);
        pair.server().shutdownInput();
        writer.awaitBlocked();
        pair.server().reset();
        assertThat(partial(writer.outcome())).isEqualTo(returnsPartialCount() ? "partial" : expanded("reset-by-peer"));
    }

    @Test
    void localInputShutdownLeavesWriteBlocked() throws IOException {
        Pair pair = backend.pair();
        Task writer = blockedWriter(pair);
        pair.client().shutdownInput();
        writer.awaitBlocked();
        pair.server().readFully(backend.moreThanFits());
        assertThat(writer.outcome()).isEqualTo(String.valueOf(backend.moreThanFits()));
    }

    @Test
    void writeThatMovedNothingReportsTheError() throws IOException {
        needsTcp();
        needs(Capability.FILL);
        List<String> outcomes = new ArrayList<>();
        for (Ending ending : Ending.values()) {
            Pair pair = backend.pair();
            backend.fill(pair);
            Task writer = Task.start(backend, "writer", () -> pair.client().write(new byte[1]));
            writer.awaitBlocked();
            ending.apply(pair);
            outcomes.add(ending + ": " + writer.outcome() + ", open: "
                    + pair.client().isOpen());
        }
        assertThat(outcomes)
                .containsExactly(
                        "RESET_BY_PEER: " + expanded("reset-by-peer") + ", open: true",
                        "CLOSED_BY_ME: " + expanded("closed-meanwhile") + ", open: false",
                        "OUTPUT_SHUT_BY_ME: " + expanded("output-shut") + ", open: true");
    }

    private enum Ending {
        RESET_BY_PEER,
        CLOSED_BY_ME,
        OUTPUT_SHUT_BY_ME;

        void apply(Pair pair) throws IOException {
            switch (this) {
                case RESET_BY_PEER -> pair.server().reset();
                case CLOSED_BY_ME -> pair.client().close();
                case OUTPUT_SHUT_BY_ME -> pair.client().shutdownOutput();
            }
        }
    }

    private Task blockedReader(Pair pair) {
        Task reader = Task.start(backend, "reader", () -> Outcome.read(pair.client(), 1));
        reader.awaitBlocked();
        return reader;
    }

    private Task blockedWriter(Pair pair) {
        Task writer =
                Task.start(backend, "writer", () -> pair.client().write(Bytes.position(0, backend.moreThanFits())));
        writer.awaitBlocked();
        return writer;
    }

    /** The outcomes of the blocked write, then of two writes and a read. */
    private List<String> tail(Task writer, Pair pair) {
        return List.of(
                partial(writer.outcome()),
                Outcome.write(pair.client(), 1),
                Outcome.write(pair.client(), 1),
                Outcome.read(pair.client(), 1));
    }

    /** Replaces a partial count with a word: the exact count depends on the buffers. */
    private String partial(String outcome) {
        boolean some = outcome.matches("\\d+")
                && Integer.parseInt(outcome) > 0
                && Integer.parseInt(outcome) < backend.moreThanFits();
        return some ? "partial" : outcome;
    }

    /** True if the blocked write returns a partial count. In a rendezvous it has moved nothing. */
    private boolean returnsPartialCount() {
        return backend.jdkType() == JdkType.CHANNEL && backend.capacity() > 0;
    }

    private List<String> expandedTail(String first) {
        List<String> tail = returnsPartialCount()
                ? List.of("partial", first, "broken-pipe", "eof")
                : List.of(first, "broken-pipe", "broken-pipe", "eof");
        return tail.stream().map(this::expanded).toList();
    }
}
