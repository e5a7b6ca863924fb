package dev.nettest.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Trace;
import dev.nettest.TraceDiff;
import dev.nettest.TraceLevel;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A client has the same trace with a server on loopback, behind a bridge, as with the same server in memory. The kernel
 * cuts the stream into other segments, which a diff of traces does not count.
 */
class LoopbackTraceTest {
    private static final String ADDRESS = "10.0.0.5:5432";
    private static final int CONVERSATIONS = 100;

    /** The byte of all answers that a server of a broken run changes. */
    private static final int WRONG = 1000;

    private final byte[] content = new byte[20_000];
    private boolean serverClosesFirst;

    /** Answers each frame, a length and as many bytes, by the same bytes, in several writes. */
    private void serve(ServerSocket server, long seed, int wrong) throws IOException {
        Random random = new Random(seed);
        try (server;
                Socket client = server.accept()) {
            client.setTcpNoDelay(true); // so that a kernel sends each write at once
            DataInputStream input = new DataInputStream(client.getInputStream());
            OutputStream output = client.getOutputStream();
            int sent = 0;
            for (int length; (length = input.readInt()) > 0; ) {
                byte[] frame = input.readNBytes(length);
                for (int at = 0; at < length; ) {
                    int part = Math.min(length - at, 1 + random.nextInt(length));
                    if (wrong >= sent && wrong < sent + part) {
                        frame[at + wrong - sent]++;
                    }
                    output.write(frame, at, part);
                    at += part;
                    sent += part;
                }
            }
            if (!serverClosesFirst) {
                client.shutdownOutput();
                assertThat(input.read()).isEqualTo(-1);
            }
        }
    }

    private Trace run(boolean loopback, long seed, int wrong) throws Exception {
        NetworkConfig config =
                NetworkConfig.builder().trace(TraceLevel.PAYLOADS).build();
        try (Network network = Network.create(config);
                ServerSocket server = loopback
                        ? new ServerSocket(0, 5, InetAddress.getLoopbackAddress())
                        : NetworkSockets.serverSocketFactory(network).createServerSocket()) {
            if (loopback) {
                network.bridge(ADDRESS, server.getLocalSocketAddress());
            } else {
                server.bind(new InetSocketAddress("10.0.0.5", 5432));
            }
            Background<Void> serving = Background.run(() -> serve(server, seed, wrong));
            Connection client = network.connect(ADDRESS);
            ask(client, new Random(seed));
            client.close();
            serving.result();
            client.peer().awaitClosed();
            return network.trace().of(client);
        }
    }

    private void ask(Connection client, Random random) throws IOException {
        OutputStream output = client.outputStream();
        InputStream input = client.inputStream();
        for (int frames = 2 + random.nextInt(5); frames > 0; frames--) {
            int length = 500 + random.nextInt(content.length - 500);
            output.write(new byte[] {0, 0, (byte) (length >> 8), (byte) length});
            output.write(content, 0, length);
            assertThat(input.readNBytes(length)).hasSize(length);
        }
        output.write(new byte[4]);
        assertThat(input.read()).isEqualTo(-1);
    }

    @Test
    void aClientHasTheSameTraceOnLoopback() throws Exception {
        for (long seed = 1; seed <= CONVERSATIONS; seed++) {
            new Random(seed).nextBytes(content);
            Trace loopback = run(true, seed, -1);
            Trace memory = run(false, seed, -1);
            assertThat(TraceDiff.between(loopback, memory)).hasToString("no difference");
        }
    }

    @Test
    void theFirstByteThatDiffersOnLoopbackIsFound() throws Exception {
        new Random(1).nextBytes(content);
        TraceDiff difference = TraceDiff.between(run(true, 1, WRONG), run(false, 1, -1));
        assertThat(difference.toString())
                .startsWith("connection #0, accepting end 10.0.0.5:5432 -> localhost (127.0.0.1:49152),"
                        + " output, offset 1000\n")
                .containsPattern("first: .*hex .*\\[a8]")
                .containsPattern("second: .*hex .*\\[a7]");
    }

    /** The one difference that is the bridge's: it closes its end in memory only after the client. */
    @Test
    void aBridgeHalfClosesIfItsServerCloses() throws Exception {
        serverClosesFirst = true;
        TraceDiff difference = TraceDiff.between(run(true, 1, -1), run(false, 1, -1));
        assertThat(difference.toString()).contains("accepting end").contains("\n  first:  shutdown of the output");
    }
}
