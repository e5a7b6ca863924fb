package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every order of four reads and writes after the other side has gone, with bytes left to read and without. What is
 * expected comes from the rule of the latch, as short as it can be put.
 */
abstract class OrdersContract extends Contract {
    private static final int LENGTH = 4;

    /** What the end's latch holds, and what the first to meet it gets. */
    private enum Latch {
        /** A reset before any FIN. */
        RESET,
        /** A reset after a FIN. */
        PIPE,
        /** No reset yet; the first write draws one, after the FIN that came. */
        FIN
    }

    @TestFactory
    List<DynamicTest> afterTheResetOfThePeer() {
        return orders("peer.reset", Latch.RESET, Latch.RESET);
    }

    @TestFactory
    List<DynamicTest> afterTheResetOfAHalfClosedPeer() {
        return orders("peer.shutdownOutput, peer.reset", Latch.PIPE, Latch.PIPE);
    }

    @TestFactory
    List<DynamicTest> afterACloseWithUnreadBytes() {
        return orders("write 10, peer.close", Latch.PIPE, Latch.RESET);
    }

    @TestFactory
    List<DynamicTest> afterAClose() {
        return orders("peer.close", Latch.FIN, Latch.FIN);
    }

    @TestFactory
    List<DynamicTest> afterAWriteToAClosedPeer() {
        return orders("peer.close, write", Latch.PIPE, Latch.PIPE);
    }

    private List<DynamicTest> orders(String cause, Latch bySocket, Latch byChannel) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Face peer : OutcomeTable.peers(backend)) {
            for (String before : new String[] {"", "peer.write 7, "}) {
                tests.add(DynamicTest.dynamicTest(
                        before + cause + " (peer: " + peer + ")",
                        () -> check(before, cause, peer == Face.SOCKET ? bySocket : byChannel, peer)));
            }
        }
        return tests;
    }

    private void check(String before, String cause, Latch latch, Face peer) throws IOException {
        for (int order = 0; order < 1 << LENGTH; order++) {
            try (StreamBackend fresh = open()) {
                Rule rule = new Rule(latch, before.isEmpty() ? 0 : 7);
                StringBuilder steps = new StringBuilder(before + cause);
                for (int i = 0; i < LENGTH; i++) {
                    boolean write = (order >> i & 1) == 1;
                    steps.append(write ? ", write=" + rule.write() : ", read=" + rule.read());
                }
                Script script = fitting(fresh, Script.parse(steps.toString()));
                assertThat(script.run(fresh, fresh.pair(peer))).isEqualTo(script.expected(fresh.face(), peer));
            }
        }
    }

    /**
     * The rule, told once: bytes first; a full latch goes to the first that meets it; a read that took a reset repeats
     * it.
     */
    private static final class Rule {
        private Latch latch;
        private int unread;
        private boolean readTookReset;

        Rule(Latch latch, int unread) {
            this.latch = latch;
            this.unread = unread;
        }

        String read() {
            if (unread > 0) {
                String all = String.valueOf(unread);
                unread = 0;
                return all;
            }
            if (latch == Latch.RESET) {
                latch = Latch.PIPE;
                readTookReset = true;
            }
            return readTookReset ? "reset" : "eof";
        }

        String write() {
            Latch met = latch;
            latch = Latch.PIPE;
            return switch (met) {
                case RESET -> "reset-by-peer";
                case FIN -> "1";
                case PIPE -> "broken-pipe";
            };
        }
    }
}
