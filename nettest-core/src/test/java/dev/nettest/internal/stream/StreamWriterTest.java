package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The write lock, and attempts that move nothing, in the order of precedence. The lock of the connection is held. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SAME_THREAD)
class StreamWriterTest {
    private final StreamEndpoint client = StreamEndpoint.pair(new SegmentPool(), 4, 4, false);
    private final StreamEndpoint server = client.peer();
    private final StreamWriter writer = client.writer();

    @BeforeEach
    void lock() {
        client.lock();
    }

    @AfterEach
    void leave() {
        client.leave();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String read(int most) {
        ByteBuffer target = ByteBuffer.allocate(most);
        int count = server.reader().read(target, -1);
        return count < 0 ? "outcome " + count : new String(target.array(), 0, count, StandardCharsets.ISO_8859_1);
    }

    @Test
    void anAttemptOnAClosedOrShutEndMovesNothing() {
        writer.shutdown();
        assertThat(writer.write(bytes("x"))).isEqualTo(Outcome.OUTPUT_SHUTDOWN);
        client.close();
        assertThat(writer.write(bytes("x"))).isEqualTo(Outcome.CLOSED);
        assertThat(writer.writeUrgent(bytes("x"))).isEqualTo(Outcome.CLOSED);
    }

    @Test
    void anAttemptWithoutBytesIsDoneWithAFullBuffer() {
        assertThat(writer.write(bytes("full"))).isEqualTo(4);

        assertThat(writer.write(bytes(""))).isZero();
        assertThat(writer.write(bytes("x"))).isEqualTo(Outcome.BLOCKED);
        assertThat(writer.writeAll(bytes(""), "owner", true)).isZero();
        assertThat(writer.ownsWrite("owner")).isFalse();
    }

    @Test
    void anAttemptBeforeTheHandshakeIsRefused() {
        client.beginConnect();
        assertThat(writer.write(bytes("x"))).isEqualTo(Outcome.NOT_CONNECTED);
        assertThat(writer.fits(1)).isFalse();
        client.endConnect();
        assertThat(writer.fits(1)).isTrue();
        assertThat(writer.write(bytes("x"))).isEqualTo(1);
    }

    @Test
    void noOtherWriteMovesBytesWhileOneOwnsTheLock() {
        ByteBuffer source = bytes("abcdef");
        assertThat(writer.writeAll(source, "owner", true)).isEqualTo(Outcome.BLOCKED);
        assertThat(writer.ownsWrite("owner")).isTrue();
        assertThat(writer.ownsWrite("other")).isFalse();
        assertThat(writer.isUnlocked()).isFalse();
        assertThat(read(2)).isEqualTo("ab");

        assertThat(writer.write(bytes("x"))).isEqualTo(Outcome.BLOCKED);
        assertThat(writer.writeAll(bytes("x"), "other", true)).isEqualTo(Outcome.LOCKED);
        assertThat(writer.writeUrgent(bytes("x"))).isEqualTo(Outcome.LOCKED);
        assertThat(writer.fits(1)).isFalse();
        assertThat(writer.isWritable()).isFalse();
        assertThat(writer.hasFreeSpace()).isTrue();

        assertThat(writer.writeAll(source, "owner", true)).isZero();
        assertThat(writer.isUnlocked()).isTrue();
        assertThat(read(8)).isEqualTo("cdef");
        assertThat(writer.fits(1)).isTrue();
    }

    @Test
    void aShutdownEndsTheWaitForTheWriteLock() {
        assertThat(writer.writeAll(bytes("abcdef"), "owner", false)).isEqualTo(Outcome.BLOCKED);
        writer.shutdown();

        assertThat(writer.writeAll(bytes("x"), "other", false)).isEqualTo(Outcome.OUTPUT_SHUTDOWN);
        assertThat(writer.writeUrgent(bytes("x"))).isEqualTo(Outcome.OUTPUT_SHUTDOWN);
    }

    @Test
    void onlyItsOwnerReleasesTheWriteLock() {
        writer.writeAll(bytes("abcdef"), "owner", true);

        assertThat(writer.releaseWrite("other")).isZero();
        assertThat(writer.isUnlocked()).isFalse();
        assertThat(writer.releaseWrite("owner")).isZero();
        assertThat(writer.isUnlocked()).isTrue();
        assertThat(writer.unreadByPeer()).isEqualTo(4);
    }

    @Test
    void aReleasedRendezvousIsTakenBack() {
        server.reader().bufferSize(0);
        ByteBuffer source = bytes("abcd");
        assertThat(writer.writeAll(source, "owner", true)).isEqualTo(Outcome.BLOCKED);
        assertThat(writer.writeAll(source, "owner", true)).isEqualTo(Outcome.BLOCKED);
        assertThat(writer.isDelivered()).isFalse();
        assertThat(read(1)).isEqualTo("a");

        assertThat(writer.releaseWrite("owner")).isEqualTo(3);

        assertThat(writer.unreadByPeer()).isZero();
        assertThat(read(8)).isEqualTo("outcome " + Outcome.BLOCKED);
        assertThat(writer.writeAll(bytes("e"), "next", true)).isEqualTo(Outcome.BLOCKED);
        assertThat(read(8)).isEqualTo("e");
        assertThat(writer.isDelivered()).isTrue();
        assertThat(writer.writeAll(bytes(""), "next", true)).isZero();
    }

    @Test
    void aRendezvousOfWhichNothingWasReadIsNoPartialWrite() {
        server.reader().bufferSize(0);
        ByteBuffer source = bytes("abcd");
        assertThat(writer.writeAll(source, "owner", true)).isEqualTo(Outcome.BLOCKED);

        server.abort();

        assertThat(writer.writeAll(source, "owner", true)).isEqualTo(Outcome.RESET_BY_PEER);
    }

    @Test
    void aRendezvousOfWhichSomeWasReadIsAPartialWriteOfAChannel() {
        server.reader().bufferSize(0);
        ByteBuffer source = bytes("abcd");
        writer.writeAll(source, "owner", true);
        assertThat(read(1)).isEqualTo("a");

        server.abort();

        assertThat(writer.writeAll(source, "owner", true)).isZero();
        assertThat(source.remaining()).isEqualTo(3);
        assertThat(writer.isUnlocked()).isTrue();
        assertThat(writer.write(source)).isEqualTo(Outcome.RESET_BY_PEER);
    }

    @Test
    void aShutdownTakesTheRestOfARendezvousBack() {
        server.reader().bufferSize(0);
        ByteBuffer source = bytes("abcd");
        writer.writeAll(source, "owner", true);
        assertThat(read(1)).isEqualTo("a");

        writer.shutdown();

        assertThat(writer.writeAll(source, "owner", true)).isZero();
        assertThat(source.remaining()).isEqualTo(3);
        assertThat(read(8)).isEqualTo("outcome " + Outcome.END_OF_STREAM);
    }

    @Test
    void aBufferEndsTheRendezvous() {
        server.reader().bufferSize(0);
        writer.writeAll(bytes("abcd"), "owner", true);
        assertThat(writer.isDelivered()).isFalse();
        assertThat(writer.hasFreeSpace()).isFalse();

        server.reader().bufferSize(4);

        assertThat(writer.isDelivered()).isTrue();
        assertThat(writer.hasFreeSpace()).isTrue();
        assertThat(writer.writeAll(bytes(""), "owner", true)).isZero();
        assertThat(writer.isUnlocked()).isTrue();
        assertThat(read(8)).isEqualTo("abcd");
    }

    @Test
    void bytesFitUpToTheFreeSpace() {
        assertThat(writer.fits(4)).isTrue();
        assertThat(writer.fits(5)).isFalse();
        server.reader().bufferSize(0);
        assertThat(writer.fits(1)).isFalse();
    }

    @Test
    void nothingFitsIfTheEndIsShutOrThePeerClosed() {
        writer.shutdown();
        assertThat(writer.fits(1)).isFalse();

        StreamEndpoint other = StreamEndpoint.pair(new SegmentPool(), 4, 4, false);
        assertThat(other.writer().fits(1)).isTrue();
        other.peer().close();
        assertThat(other.writer().fits(1)).isFalse();
    }

    @Test
    void anUrgentByteThatDoesNotFitLeavesNoMark() {
        writer.write(bytes("full"));

        assertThat(writer.writeUrgent(bytes("x"))).isZero();

        assertThat(read(4)).isEqualTo("full");
        writer.write(bytes("e"));
        assertThat(server.reader().available()).isEqualTo(1);
        assertThat(read(4)).isEqualTo("e");
    }

    @Test
    void anUrgentByteIsMarked() {
        assertThat(writer.writeUrgent(bytes("x"))).isEqualTo(1);
        writer.write(bytes("ab"));

        assertThat(server.reader().available()).isZero();
        assertThat(read(4)).isEqualTo("ab");
    }

    @Test
    void aClosedPeerTakesAndLosesAllBytes() {
        server.close();

        assertThat(writer.write(bytes("more than fits"))).isEqualTo(14);

        assertThat(writer.unreadByPeer()).isZero();
        assertThat(writer.write(bytes("x"))).isEqualTo(Outcome.RESET_BY_PEER);
        assertThat(writer.write(bytes("x"))).isEqualTo(Outcome.BROKEN_PIPE);
    }

    @Test
    void aFullPeerThatShutBothWaysRejectsNothing() {
        writer.write(bytes("full"));
        server.reader().shutdown();
        server.writer().shutdown();

        assertThat(writer.write(bytes("x"))).isEqualTo(Outcome.BLOCKED);
        assertThat(writer.isWritable()).isFalse();
        assertThat(client.isReset()).isFalse();
    }

    @Test
    void theShutdownOfAChannelComesBeforeAReset() {
        server.abort();
        writer.shutdown();

        assertThat(writer.writeAll(bytes("x"), "owner", true)).isEqualTo(Outcome.OUTPUT_SHUTDOWN);
        assertThat(writer.writeAll(bytes("x"), "owner", false)).isEqualTo(Outcome.RESET_BY_PEER);
    }

    @Test
    void aNonBlockingWriteAfterTheShutdownTakesTheErrorAndDoesNotReportIt() {
        server.abort();
        writer.shutdown();

        assertThat(writer.write(ByteBuffer.allocate(0))).isEqualTo(Outcome.OUTPUT_SHUTDOWN);
        assertThat(writer.write(bytes("x"))).isEqualTo(Outcome.OUTPUT_SHUTDOWN);
        assertThat(writer.writeAll(bytes("x"), "owner", false)).isEqualTo(Outcome.OUTPUT_SHUTDOWN);
    }

    @Test
    void aWriteThatMovedNothingIsNoPartialWriteAfterAnEarlierOne() {
        assertThat(writer.writeAll(bytes("full"), "first", true)).isZero();
        ByteBuffer source = bytes("x");
        assertThat(writer.writeAll(source, "owner", true)).isEqualTo(Outcome.BLOCKED);

        server.abort();

        assertThat(writer.writeAll(source, "owner", true)).isEqualTo(Outcome.RESET_BY_PEER);
    }

    @Test
    void aClosedEndpointWritesNothingAsAnOperationEither() {
        client.close();

        assertThat(writer.writeAll(bytes("x"), "owner", true)).isEqualTo(Outcome.CLOSED);
    }

    @Test
    void bytesThatAClosedPeerLosesCountAsWritten() {
        server.close();

        writer.write(bytes("more than fits"));

        assertThat(client.out.written).isEqualTo(14);
    }

    @Test
    void noFinWaitsBehindAWriteThatFitsExactly() {
        assertThat(writer.write(bytes("full"))).isEqualTo(4);

        writer.shutdown();

        assertThat(server.in.isFinSent()).isTrue();
    }

    @Test
    void aWriteIsBlockedIfItWaitsForSpaceOrForTheLock() {
        assertThat(writer.isBlocked()).isFalse();
        writer.write(bytes("full"));
        assertThat(writer.isBlocked()).as("nothing waits").isFalse();
        CallbackWaiter waiting = new CallbackWaiter(client, ReadyBits.WRITABLE, 1, true, false, () -> {});
        assertThat(client.enlist(waiting)).isTrue();
        assertThat(writer.isBlocked()).isTrue();
        waiting.cancel();

        writer.writeAll(bytes("x"), "owner", true);
        assertThat(writer.isBlocked()).isTrue();
        read(1);
        assertThat(writer.isBlocked()).as("the owner can continue").isFalse();
    }

    @Test
    void overAUnixPathABrokenPipeComesBeforeThePendingErrorUnlessTheWriteWaited() {
        StreamEndpoint unix = StreamEndpoint.pair(new SegmentPool(), 4, 4, true);
        unix.peer().reader().shutdown();
        assertThat(unix.writer().write(bytes("x"))).as("no reader").isEqualTo(Outcome.BROKEN_PIPE);
        assertThat(unix.writer().fits(1)).isFalse();
        assertThat(unix.writer().isWritable()).isTrue();
        unix.receiveReset();
        assertThat(unix.writer().write(bytes("x"))).isEqualTo(Outcome.BROKEN_PIPE);
        assertThat(unix.takeErrorForRead()).isEqualTo(Outcome.RESET);

        StreamEndpoint waited = StreamEndpoint.pair(new SegmentPool(), 4, 4, true);
        ByteBuffer source = bytes("more");
        waited.writer().write(bytes("full"));
        assertThat(waited.writer().writeAll(source, "owner", false)).isEqualTo(Outcome.BLOCKED);
        waited.receiveReset();
        assertThat(waited.writer().writeAll(source, "owner", false)).isEqualTo(Outcome.RESET_BY_PEER);
    }

    @Test
    void aPartialWriteOverAUnixPathTakesTheError() {
        StreamEndpoint unix = StreamEndpoint.pair(new SegmentPool(), 4, 4, true);
        ByteBuffer source = bytes("abcdef");
        assertThat(unix.writer().writeAll(source, "owner", true)).isEqualTo(Outcome.BLOCKED);
        unix.receiveReset();

        assertThat(unix.writer().writeAll(source, "owner", true)).isZero();

        assertThat(source.remaining()).isEqualTo(2);
        assertThat(unix.takeErrorForRead()).isZero();
    }
}
