package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Bytes that were read and put back count as read: a close sends no reset for them. */
class UnreadTest extends NetworkFixture {

    private final ConnectionPair pair = pair(1_000);
    private final Connection reader = pair.client();
    private final Connection peer = pair.server();

    UnreadTest() throws IOException {}

    /** Reads so many bytes and puts them back. */
    private void readAndPutBack(int count) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(count);
        assertThat(reader.read(read)).isEqualTo(count);
        reader.unread(read.flip());
    }

    private int peerReads() throws IOException {
        return peer.read(ByteBuffer.allocate(1));
    }

    @Test
    void aCloseAfterBytesWerePutBackSendsFin() throws Exception {
        Text.write(peer, "short");
        readAndPutBack(5);
        assertThat(reader.available()).isEqualTo(5);

        reader.close();

        assertThat(peerReads()).isEqualTo(-1);
    }

    @Test
    void aCloseWithFurtherBytesSendsRst() throws Exception {
        Text.write(peer, "short");
        readAndPutBack(3);

        reader.close();

        assertThatThrownBy(this::peerReads).hasMessage("Connection reset");
        assertThat(network.failure("").getMessage()).contains(" with 2 bytes unread");
    }

    @Test
    void bytesThatAreReadAgainAreNotSubtractedTwice() throws Exception {
        Text.write(peer, "short");
        readAndPutBack(3);
        assertThat(reader.read(ByteBuffer.allocate(4))).isEqualTo(4);

        reader.close();

        assertThatThrownBy(this::peerReads).hasMessage("Connection reset");
        assertThat(network.failure("").getMessage()).contains(" with 1 byte unread");
    }

    @Test
    void bytesThatArePutBackTwiceCountOnce() throws Exception {
        Text.write(peer, "short");
        readAndPutBack(3);
        readAndPutBack(4);

        reader.close();

        assertThat(network.failure("").getMessage()).contains(" with 1 byte unread");
    }

    @Test
    void theCrashOfAHostResetsForUnreadBytesOnly() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(80);
        Connection client = network.connect("10.0.0.5:80");
        Connection server = listener.accept();
        Text.write(client, "short");
        ByteBuffer read = ByteBuffer.allocate(5);
        server.read(read);
        server.unread(read.flip());

        db.crash();

        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
}
