package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.sync.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The read lock, bytes that are put back, and the memory of a closed end. The lock of the connection is held. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SAME_THREAD)
class StreamReaderTest {
    private final SegmentPool pool = new SegmentPool();
    private final StreamEndpoint client = StreamEndpoint.pair(pool, 4, 4, false);
    private final StreamEndpoint server = client.peer();
    private final StreamReader reader = client.reader();

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

    private int read(int delimiter) {
        return reader.read(ByteBuffer.allocate(8), delimiter);
    }

    @Test
    void onlyItsOwnerHasAndReleasesTheReadLock() {
        assertThat(reader.isUnlocked()).isTrue();
        assertThat(reader.isLockedFor("other")).isFalse();
        reader.lock("owner");

        assertThat(reader.isUnlocked()).isFalse();
        assertThat(reader.isLockedFor("other")).isTrue();
        assertThat(reader.isLockedFor("owner")).isFalse();
        reader.unlock("other");
        assertThat(reader.isUnlocked()).isFalse();
        reader.unlock("owner");
        assertThat(reader.isUnlocked()).isTrue();
    }

    @Test
    void aReadMeetsTheFirstOfItsObstacles() {
        client.beginConnect();
        assertThat(read(-1)).isEqualTo(Outcome.NOT_CONNECTED);
        client.endConnect();
        assertThat(read(-1)).isEqualTo(Outcome.BLOCKED);
        server.writer().write(bytes("abc"));
        assertThat(reader.read(ByteBuffer.allocate(0), -1)).isZero();
        assertThat(read('b')).isEqualTo(2);
        assertThat(read('b')).isEqualTo(1);
        reader.shutdown();
        assertThat(reader.isShutdown()).isTrue();
        assertThat(read(-1)).isEqualTo(Outcome.END_OF_STREAM);
        client.close();
        assertThat(read(-1)).isEqualTo(Outcome.CLOSED);
    }

    @Test
    void bytesPutBackAfterTheCloseAreDropped() {
        server.writer().write(bytes("abc"));
        assertThat(read(-1)).isEqualTo(3);
        client.close();

        reader.unread(bytes("abc"));

        assertThat(reader.queued()).isZero();
        assertThat(server.writer().unreadByPeer()).isZero();
    }

    @Test
    void theMemoryOfUnreadBytesReturnsToThePool() {
        SegmentPool.Segment only = pool.take();
        pool.give(only);
        server.writer().write(bytes("abc"));
        assertThat(pool.take()).isNotSameAs(only);

        assertThat(client.close()).isTrue();

        assertThat(pool.take()).isSameAs(only);
        assertThat(server.writer().unreadByPeer()).isZero();
    }

    @Test
    void aCloseWithoutUnreadBytesSaysSo() {
        server.writer().write(bytes("abc"));
        read(-1);

        assertThat(client.close()).isFalse();
    }
}
