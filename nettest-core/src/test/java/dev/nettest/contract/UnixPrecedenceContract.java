package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The order of precedence of an endpoint over a Unix path. A write whose bytes would not be read finds a broken pipe at
 * once, and leaves the pending error to reads. A read finds the bytes first. After them every read finds a reset if the
 * peer closed with unread bytes, and otherwise the end of the stream.
 */
abstract class UnixPrecedenceContract extends Contract {
    private static final int LENGTH = 4;

    @TestFactory
    List<DynamicTest> ordersAfterAClose() {
        return orders("peer.close", "eof", "broken-pipe");
    }

    @TestFactory
    List<DynamicTest> ordersAfterACloseWithUnreadBytes() {
        return orders("write 10, peer.close", "reset", "broken-pipe");
    }

    @TestFactory
    List<DynamicTest> ordersAfterAHalfCloseAndACloseWithUnreadBytes() {
        return orders("write 10, peer.shutdownOutput, peer.close", "reset", "broken-pipe");
    }

    @TestFactory
    List<DynamicTest> ordersAfterAShutInputAndACloseWithUnreadBytes() {
        return orders("write 10, peer.shutdownInput, peer.close", "reset", "broken-pipe");
    }

    @TestFactory
    List<DynamicTest> ordersAfterBothAreShut() {
        return orders("peer.shutdownInput, peer.shutdownOutput", "eof", "broken-pipe");
    }

    @TestFactory
    List<DynamicTest> ordersAfterAHalfClose() {
        return orders("peer.shutdownOutput", "eof", "1");
    }

    private List<DynamicTest> orders(String cause, String read, String write) {
        List<DynamicTest> tests = new ArrayList<>();
        for (String before : new String[] {"", "peer.write 7, "}) {
            tests.add(DynamicTest.dynamicTest(before + cause, () -> {
                for (int order = 0; order < 1 << LENGTH; order++) {
                    check(before + cause, order, before.isEmpty() ? read : "7", read, write);
                }
            }));
        }
        return tests;
    }

    private void check(String cause, int order, String first, String later, String write) throws IOException {
        StringBuilder steps = new StringBuilder(cause);
        String read = first;
        for (int i = 0; i < LENGTH; i++) {
            boolean writes = (order >> i & 1) == 1;
            steps.append(writes ? ", write=" + write : ", read=" + read);
            read = writes ? read : later;
        }
        try (StreamBackend fresh = open()) {
            Script script = fitting(fresh, Script.parse(steps.toString()));
            assertThat(script.run(fresh, fresh.pair())).isEqualTo(script.expected(fresh.jdkType(), fresh.jdkType()));
        }
    }

    @TestFactory
    List<DynamicTest> afterTheDoingsOfThePeer() {
        return tests("""
                # a read of the end of the stream does not hide a later reset
                write 10, peer.shutdownOutput, read=eof, read=eof, peer.close, read=reset, read=reset, write=broken-pipe
                # one unread byte suffices
                write 10, peer.read 9=9, peer.close, read=reset
                write 10, peer.read=10, peer.close, read=eof, write=broken-pipe
                peer.shutdownInput, peer.close, read=eof, write=broken-pipe
                # a peer that has shut down its input can still write
                peer.shutdownInput, write=broken-pipe, peer.write 7, read=7, write=broken-pipe
                # bytes that were sent before the close stay readable
                write 10, close, peer.write=broken-pipe, peer.read 4=4, peer.read=6, peer.read=eof
                peer.write 3, write 10, close, peer.read=10, peer.read=reset, peer.write=broken-pipe
                """);
    }

    @TestFactory
    List<DynamicTest> afterLocalOperations() {
        return tests("""
                # a local close comes first
                close, read=closed, write=closed, isOpen=false
                peer.write 7, close, read=closed, write=closed
                write 10, peer.close, read=reset, close, read=closed, write=closed
                close, shutdownInput=is-closed, shutdownOutput=is-closed, close, isOpen=false
                # a local input shutdown comes before bytes, the reset and the end of the stream; the peer sees it
                peer.write 7, shutdownInput, read=eof, peer.write=broken-pipe, read=eof
                shutdownInput, write 3, peer.read=3
                write 10, peer.close, shutdownInput, read=eof, write=broken-pipe, read=eof
                write 10, peer.close, read=reset, shutdownInput, read=eof, write=broken-pipe
                peer.write 7, shutdownInput, close, peer.read=reset, peer.write=broken-pipe
                # a local output shutdown comes before the broken pipe
                shutdownOutput, write=output-shut, peer.read=eof, peer.write 5, read=5
                shutdownOutput, peer.close, read=eof, write=output-shut
                write 10, shutdownOutput, peer.close, write=output-shut, read=reset, read=reset
                write 10, peer.close, shutdownOutput, write=output-shut, read=reset, write=output-shut
                shutdownOutput, shutdownInput, read=eof, peer.read=eof, peer.write=broken-pipe
                shutdownInput, shutdownInput, shutdownOutput, shutdownOutput, isOpen=true
                """);
    }
}
