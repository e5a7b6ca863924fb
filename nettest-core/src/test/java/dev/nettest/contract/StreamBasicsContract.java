package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Bytes, end of stream and half closes without errors. */
abstract class StreamBasicsContract extends Contract {

    @Test
    void bytesArriveAsTheyWereWritten() throws IOException {
        Pair pair = backend.pair();
        byte[] sent = new byte[256];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) i;
        }
        Task writer = Task.start(backend, "writer", () -> {
            pair.client().writeFully(sent);
            return "written";
        });
        assertThat(pair.server().readFully(sent.length)).isEqualTo(sent);
        assertThat(writer.outcome()).isEqualTo("written");
    }

    @Test
    void aReadFillsOnlyItsPartOfTheArray() throws IOException {
        Pair pair = backend.pair();
        Task writer = Task.start(backend, "writer", () -> {
            pair.client().writeFully(new byte[] {1, 2, 3});
            return "written";
        });
        byte[] target = new byte[8];
        for (int done = 0; done < 3; ) {
            done += pair.server().read(target, 4 + done, 3 - done);
        }
        assertThat(target).containsExactly(0, 0, 0, 0, 1, 2, 3, 0);
        assertThat(writer.outcome()).isEqualTo("written");
    }

    @Test
    void aWriteTakesOnlyItsPartOfTheArray() throws IOException {
        Pair pair = backend.pair();
        Task writer = Task.start(backend, "writer", () -> pair.client().write(new byte[] {1, 2, 3, 4}, 2, 1));
        assertThat(pair.server().readFully(1)).containsExactly(3);
        assertThat(writer.outcome()).isEqualTo("1");
    }

    @Test
    void theDirectionsAreIndependent() throws IOException {
        Pair pair = backend.pair();
        Task there = Task.start(backend, "there", () -> pair.client().write(new byte[] {1}));
        Task back = Task.start(backend, "back", () -> pair.server().write(new byte[] {2}));
        assertThat(pair.server().readFully(1)).containsExactly(1);
        assertThat(pair.client().readFully(1)).containsExactly(2);
        assertThat(there.outcome()).isEqualTo("1");
        assertThat(back.outcome()).isEqualTo("1");
    }

    @Test
    void bytesAfterAHalfCloseOfThePeerArrive() throws IOException {
        Pair pair = backend.pair();
        Task client = Task.start(backend, "client", () -> {
            pair.client().writeFully(new byte[] {1, 2, 3});
            pair.client().shutdownOutput();
            int first = pair.client().readFully(1)[0];
            return first + ", " + Outcome.bytes(pair.client().read(new byte[9]));
        });
        assertThat(pair.server().readFully(3)).containsExactly(1, 2, 3);
        assertThat(pair.server().read(new byte[9])).isEqualTo(-1);
        pair.server().writeFully(new byte[] {42});
        pair.server().shutdownOutput();
        assertThat(client.outcome()).isEqualTo("42, eof");
        assertThat(pair.client().isOpen()).isTrue();
        assertThat(pair.server().isOpen()).isTrue();
    }

    @Test
    void aBlockedReaderGetsTheFirstByte() throws IOException {
        Pair pair = backend.pair();
        Task reader = Task.start(backend, "reader", () -> pair.client().readFully(1)[0]);
        reader.awaitBlocked();
        pair.server().writeFully(new byte[] {7});
        assertThat(reader.outcome()).isEqualTo("7");
    }

    @Test
    void aBlockedReaderGetsTheEndOfTheStream() throws IOException {
        for (boolean half : new boolean[] {true, false}) {
            Pair pair = backend.pair();
            Task reader = Task.start(
                    backend, "reader", () -> Outcome.bytes(pair.client().read(new byte[9])));
            reader.awaitBlocked();
            if (half) {
                pair.server().shutdownOutput();
            } else {
                pair.server().close();
            }
            assertThat(reader.outcome()).isEqualTo("eof");
        }
    }

    @Test
    void blockedWriteContinuesWhenThePeerReads() throws IOException {
        Pair pair = backend.pair();
        byte[] much = Bytes.position(0, backend.moreThanFits());
        Task writer = Task.start(backend, "writer", () -> {
            pair.client().writeFully(much);
            return "written";
        });
        writer.awaitBlocked();
        byte[] got = pair.server().readFully(much.length);
        assertThat(writer.outcome()).isEqualTo("written");
        assertThat(Bytes.firstDifference(much, got)).isEqualTo(-1);
    }

    @Test
    void addressesMirrorThoseOfThePeer() throws IOException {
        for (JdkType peer : OutcomeTable.peers(backend)) {
            Pair pair = backend.pair(peer);
            assertThat(pair.client().localAddress()).isEqualTo(pair.server().remoteAddress());
            assertThat(pair.client().remoteAddress()).isEqualTo(pair.server().localAddress());
            if (backend.isUnix()) {
                assertThat(pair.client().localAddress().toString()).isEmpty();
                assertThat(pair.server().localAddress().toString()).isNotEmpty();
            } else {
                InetSocketAddress local = (InetSocketAddress) pair.client().localAddress();
                InetSocketAddress remote = (InetSocketAddress) pair.client().remoteAddress();
                assertThat(local.getAddress().getHostAddress()).isEqualTo("127.0.0.1");
                assertThat(local.getPort()).isPositive().isNotEqualTo(remote.getPort());
            }
        }
    }

    @Test
    void closeLeavesThePeerOpen() throws IOException {
        Pair pair = backend.pair();
        assertThat(pair.client().isOpen()).isTrue();
        pair.client().close();
        pair.settle();
        assertThat(pair.client().isOpen()).isFalse();
        assertThat(pair.server().isOpen()).isTrue();
    }

    @TestFactory
    List<DynamicTest> bytesAndEndOfStream() {
        return tests("""
                # one read returns several small writes, and several reads return one write
                peer.write 1, peer.write 1, peer.write 1, read=3
                peer.write 7, read 3=3, read 3=3, read 3=1
                peer.write 3, read 2=2, peer.write 4, read=5
                # the end of the stream comes after the bytes and stays
                peer.write 7, peer.shutdownOutput, read=7, read=eof, read=eof
                peer.write 7, peer.close, read=7, read=eof, read=eof
                peer.close, read=eof, read=eof
                write 7, close, peer.read 3=3, peer.read=4, peer.read=eof
                # half closes in both directions and both orders, then closes
                shutdownOutput, peer.read=eof, peer.write 3, read=3, peer.shutdownOutput, read=eof
                shutdownOutput, peer.shutdownOutput, read=eof, peer.read=eof, close, peer.close
                write 5, shutdownOutput, peer.read=5, peer.read=eof, peer.write 7, peer.close, read=7, read=eof
                # a second close has no effect
                close, close, peer.read=eof
                close, peer.close, close, peer.close, isOpen=false, peer.isOpen=false
                # available()
                available=0, peer.write 7, available=7, read 3=3, available=4
                peer.write 3, peer.close, available=3, read=3, available=0, read=eof, available=0
                peer.shutdownOutput, available=0
                # bytes for a peer that has shut down its input are lost without an error
                tcp: peer.shutdownInput, write 1, write 1, write 1, peer.read=eof
                tcp: write 5, peer.shutdownInput, peer.read=eof, write 5, peer.read=eof
                # … but over a Unix path the write fails at once
                unix: peer.shutdownInput, write 1=broken-pipe, write 1=broken-pipe, peer.read=eof
                unix: write 5, peer.shutdownInput, peer.read=eof, write 5=broken-pipe, peer.read=eof
                """);
    }

    @TestFactory
    List<DynamicTest> emptyReadsAndWrites() {
        return tests("""
                read 0=0, peer.write 7, read 0=0, available=7, read=7
                write 0, peer.available=0, write 1, peer.read=1
                peer.close, read 0=0, read=eof
                tcp: peer.close, write 0, write, write 0, write=broken-pipe, write 0
                tcp: peer.reset, read 0=0, write 0, write=reset-by-peer, write 0, write=broken-pipe
                tcp: peer.reset, write 0, read 0=0, read=reset, write 0
                unix: peer.close, write 0, write=broken-pipe, write 0, write=broken-pipe
                unix: write 10, peer.close, write 0, read 0=0, read=reset, read 0=reset, write 0
                unix: peer.shutdownInput, write 0, write=broken-pipe
                local socket: peer.reset, read=reset, read 0=0
                tcp: local channel: peer.reset, read=reset, read 0=reset
                local socket: shutdownInput, read 0=0
                local channel: shutdownInput, read 0=eof
                local socket: shutdownOutput, write 0
                local channel: shutdownOutput, write 0=output-shut
                local socket: close, read 0=0, write 0
                local channel: close, read 0=closed, write 0=closed
                """);
    }
}
