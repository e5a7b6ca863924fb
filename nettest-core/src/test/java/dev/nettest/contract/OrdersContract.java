package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every order of four reads and writes after the peer has gone, with unread bytes and without. The expectations follow
 * from the rule of the pending error.
 */
abstract class OrdersContract extends Contract {
    private static final int LENGTH = 4;

    /** The pending error of the endpoint, which the first operation takes. */
    private enum PendingError {
        /** A reset before any FIN. */
        RESET,
        /** A reset after a FIN. */
        PIPE,
        /** No reset yet. The first write causes one, behind the FIN that has arrived. */
        FIN
    }

    @TestFactory
    List<DynamicTest> afterTheResetOfThePeer() {
        return orders("peer.reset", PendingError.RESET, PendingError.RESET);
    }

    @TestFactory
    List<DynamicTest> afterTheResetOfAHalfClosedPeer() {
        return orders("peer.shutdownOutput, peer.reset", PendingError.PIPE, PendingError.PIPE);
    }

    @TestFactory
    List<DynamicTest> afterACloseWithUnreadBytes() {
        return orders("write 10, peer.close", PendingError.PIPE, PendingError.RESET);
    }

    @TestFactory
    List<DynamicTest> afterAClose() {
        return orders("peer.close", PendingError.FIN, PendingError.FIN);
    }

    @TestFactory
    List<DynamicTest> afterAWriteToAClosedPeer() {
        return orders("peer.close, write", PendingError.PIPE, PendingError.PIPE);
    }

    private List<DynamicTest> orders(String cause, PendingError bySocket, PendingError byChannel) {
        List<DynamicTest> tests = new ArrayList<>();
        for (JdkType peer : OutcomeTable.peers(backend)) {
            for (String before : new String[] {"", "peer.write 7, "}) {
                tests.add(DynamicTest.dynamicTest(
                        before + cause + " (peer: " + peer + ")",
                        () -> check(before, cause, peer == JdkType.SOCKET ? bySocket : byChannel, peer)));
            }
        }
        return tests;
    }

    private void check(String before, String cause, PendingError pending, JdkType peer) throws IOException {
        for (int order = 0; order < 1 << LENGTH; order++) {
            try (StreamBackend fresh = open()) {
                Rule rule = new Rule(pending, before.isEmpty() ? 0 : 7);
                StringBuilder steps = new StringBuilder(before + cause);
                for (int i = 0; i < LENGTH; i++) {
                    boolean write = (order >> i & 1) == 1;
                    steps.append(write ? ", write=" + rule.write() : ", read=" + rule.read());
                }
                Script script = fitting(fresh, Script.parse(steps.toString()));
                assertThat(script.run(fresh, fresh.pair(peer))).isEqualTo(script.expected(fresh.jdkType(), peer));
            }
        }
    }

    /**
     * The rule: bytes come first; the first operation takes the pending error; a read that took a reset repeats it.
     */
    private static final class Rule {
        private PendingError pending;
        private int unread;
        private boolean readTookReset;

        Rule(PendingError pending, int unread) {
            this.pending = pending;
            this.unread = unread;
        }

        String read() {
            if (unread > 0) {
                String all = String.valueOf(unread);
                unread = 0;
                return all;
            }
            if (pending == PendingError.RESET) {
                pending = PendingError.PIPE;
                readTookReset = true;
            }
            return readTookReset ? "reset" : "eof";
        }

        String write() {
            PendingError taken = pending;
            pending = PendingError.PIPE;
            return switch (taken) {
                case RESET -> "reset-by-peer";
                case FIN -> "1";
                case PIPE -> "broken-pipe";
            };
        }
    }
}
