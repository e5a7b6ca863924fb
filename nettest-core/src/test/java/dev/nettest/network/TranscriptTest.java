package dev.nettest.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Transcript;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The bytes that one end of a connection has sent and received. */
class TranscriptTest extends NetworkFixture {
    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    void bothDirectionsAreRecordedInOrder() throws Exception {
        ConnectionPair pair = network.pair();
        Transcript client = pair.client().transcript();
        Transcript server = pair.server().transcript();

        pair.client().write(bytes("PING\r\nPI"));
        pair.client().outputStream().write("NG\r\n".getBytes(UTF_8));
        pair.server().inputStream().readNBytes(12);
        pair.server().tryWrite(bytes("+PONG\r\n"));
        pair.client().tryRead(ByteBuffer.allocate(100));
        pair.client().writeAsync(bytes("QUIT"));

        assertThat(client.lines()).containsExactly("> PING\\r\\n", "> PING\\r\\n", "< +PONG\\r\\n", "> QUIT");
        assertThat(server.lines()).containsExactly("< PING\\r\\n", "< PING\\r\\n", "> +PONG\\r\\n");
        assertThat(client).hasToString("""
                > PING\\r\\n
                > PING\\r\\n
                < +PONG\\r\\n
                > QUIT
                """);
        assertThat(client.sent()).asString(UTF_8).isEqualTo("PING\r\nPING\r\nQUIT");
        assertThat(client.received()).asString(UTF_8).isEqualTo("+PONG\r\n");
        assertThat(client.omitted()).isZero();
        assertThat(pair.client().transcript()).isSameAs(client);
    }

    @Test
    void aHexdumpHasBothDirectionsWithTheirOffsets() throws Exception {
        ConnectionPair pair = network.pair();
        Transcript transcript = pair.client().transcript();

        pair.client().write(bytes("GET /index.html HTTP/1.1\r\n"));
        pair.server().write(ByteBuffer.wrap(new byte[] {0, 0x7F, (byte) 0x80, ' ', '~'}));
        pair.client().read(ByteBuffer.allocate(100));
        pair.client().write(bytes("\n"));

        assertThat(transcript.hex()).isEqualTo("""
                > 00000000  47 45 54 20 2f 69 6e 64 65 78 2e 68 74 6d 6c 20  |GET /index.html |
                > 00000010  48 54 54 50 2f 31 2e 31 0d 0a                    |HTTP/1.1..|
                < 00000000  00 7f 80 20 7e                                   |... ~|
                > 0000001a  0a                                               |.|
                """);
    }

    @Test
    void itBeginsWithTheFirstCall() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().write(bytes("before"));
        Transcript transcript = pair.client().transcript();
        pair.client().write(bytes("after"));

        assertThat(transcript.lines()).containsExactly("> after");
    }

    @Test
    void withTheSettingItBeginsWithTheConnection() throws Exception {
        try (Network recording =
                Network.create(NetworkConfig.builder().transcripts(true).build())) {
            Listener listener = recording.listen();
            try (Socket socket = NetworkSockets.socketFactory(recording).createSocket("localhost", listener.port())) {
                socket.getOutputStream().write('x');
                socket.sendUrgentData('!');
                Connection server = listener.accept();
                server.read(ByteBuffer.allocate(1));
                server.close();

                assertThat(NetworkSockets.connection(socket).transcript()).hasToString("> x!\n");
                assertThat(server.transcript()).hasToString("< x\n");
            }
        }
    }

    @Test
    void controlCharactersAndBinaryBytesAreEscaped() throws Exception {
        ConnectionPair pair = network.pair();
        Transcript transcript = pair.client().transcript();

        pair.client().write(bytes("é\t\\\u0000\n"));
        pair.client().write(ByteBuffer.wrap(new byte[] {'a', (byte) 0xFF, 1, '\r'}));

        assertThat(transcript.lines()).containsExactly("> é\\t\\\\\\x00\\n", "> a\\xFF\\x01\\r");
    }

    @Test
    void bytesThatAreReadAgainCountOnce() throws Exception {
        ConnectionPair pair = network.pair();
        Transcript transcript = pair.client().transcript();
        pair.server().write(bytes("abcdef"));

        pair.client().read(ByteBuffer.allocate(4));
        pair.client().unread(bytes("cd"));
        assertThat(transcript.lines()).containsExactly("< ab");
        pair.client().read(ByteBuffer.allocate(4));

        assertThat(transcript.lines()).containsExactly("< abcdef");
    }

    @Test
    void bytesThatAWriteTakesBackAreNotSent() throws Exception {
        ConnectionPair pair = pair(0);
        pair.client().writeTimeout(SECOND);
        Transcript transcript = pair.client().transcript();
        Background<?> write =
                Background.run(network, () -> pair.client().write(bytes("abc"))).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(write.failure()).isInstanceOf(SocketTimeoutException.class);
        assertThat(transcript.lines()).isEmpty();
    }

    @Test
    void faultsChangeWhatIsReceived() throws Exception {
        ConnectionPair pair = network.pair();
        pair.server().faults().read(Fault.corrupt());
        Transcript client = pair.client().transcript();
        Transcript server = pair.server().transcript();

        pair.client().write(bytes("a"));
        pair.server().read(ByteBuffer.allocate(1));

        assertThat(client.sent()).isEqualTo(new byte[] {'a'});
        assertThat(server.received()).hasSize(1).isNotEqualTo(new byte[] {'a'});
    }

    @Test
    void aFullTranscriptCountsTheRest() throws Exception {
        ConnectionPair pair = network.pair();
        Transcript transcript = pair.client().transcript();

        pair.client().write(ByteBuffer.allocate(Transcript.CAPACITY - 1));
        pair.client().write(bytes("abc"));
        pair.server().write(bytes("d"));
        pair.client().read(ByteBuffer.allocate(1));

        assertThat(transcript.sent()).hasSize(Transcript.CAPACITY).endsWith('a');
        assertThat(transcript.received()).isEmpty();
        assertThat(transcript.omitted()).isEqualTo(3);
        assertThat(transcript.toString()).endsWith("a\n(3 more bytes)\n");
        assertThat(transcript.hex()).endsWith(" 61  |...............a|\n(3 more bytes)\n");
        pair.client().unread(bytes("d"));
        assertThat(transcript.omitted()).isEqualTo(2);
    }
}
