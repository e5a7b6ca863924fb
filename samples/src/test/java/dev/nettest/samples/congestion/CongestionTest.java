package dev.nettest.samples.congestion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer that does not read. A fast loopback hides this case; here it takes one line. */
@ExtendWith(NetworkExtension.class)
class CongestionTest {

    private static final byte[] HELLO = "hello".getBytes(UTF_8);
    private static final byte[] WELCOME = "welcome".getBytes(UTF_8);

    // snippet: congestion-java
    @Test
    void aWriterWaitsUntilTheReaderReads(Network network) throws Exception {
        ConnectionPair pair = network.pair();
        Connection writer = pair.client();
        Connection reader = pair.server().receiveBufferSize(1);

        Future<Integer> written = network.executor().submit(() -> writer.write(ByteBuffer.wrap(HELLO)));
        writer.awaitWriteBlocked();
        assertThat(reader.available()).isEqualTo(1);

        assertThat(reader.inputStream().readNBytes(5)).isEqualTo(HELLO);
        writer.awaitDrained();
        assertThat(written.get()).isEqualTo(5);
    }
    // end snippet

    @Test
    void peersMayBothWriteBeforeTheyRead(Network network) throws Exception {
        ConnectionPair pair = network.pair();

        Future<byte[]> heardByClient = greet(pair.client(), HELLO);
        Future<byte[]> heardByServer = greet(pair.server(), WELCOME);

        assertThat(heardByClient.get()).isEqualTo(WELCOME);
        assertThat(heardByServer.get()).isEqualTo(HELLO);
    }

    // snippet: deadlock-java
    /** Like two {@code PipedInputStream}s with buffers smaller than a greeting. */
    @Test
    void onASynchronousPipeBothWritesBlock(Network network) throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().receiveBufferSize(0); // a rendezvous: a write returns when the peer has read its bytes
        pair.server().receiveBufferSize(0);

        greet(pair.client(), HELLO);
        greet(pair.server(), WELCOME);

        pair.client().awaitWriteBlocked();
        pair.server().awaitWriteBlocked(); // both peers write, so neither reads
    }
    // end snippet

    private static Future<byte[]> greet(Connection connection, byte[] greeting) {
        return connection
                .network()
                .executor()
                .submit(() -> Greeting.exchange(connection.inputStream(), connection.outputStream(), greeting));
    }
}
