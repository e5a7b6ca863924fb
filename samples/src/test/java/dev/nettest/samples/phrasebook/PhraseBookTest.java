package dev.nettest.samples.phrasebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.Impairment;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The less obvious rows of docs/phrase-book.md do what the other tools do. */
class PhraseBookTest {

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(NetworkConfig.builder()
            .clocks(VirtualClock::selfAdvancing)
            .checks(true)
            .build());

    /** A server that reads a byte, sends a head of 40 bytes and a body of 60, reads a byte, and closes. */
    private static Listener serve(Network network) throws IOException {
        Listener listener = network.listen("10.0.0.5:80");
        network.executor().submit(() -> {
            try (Connection client = listener.accept()) {
                client.inputStream().read();
                client.outputStream().write(new byte[40]);
                client.outputStream().write(new byte[60]);
                client.inputStream().read();
            }
            return null;
        });
        return listener;
    }

    private static InputStream request(Network network) throws IOException {
        Connection client = network.connect("10.0.0.5:80");
        client.outputStream().write('?');
        return client.inputStream();
    }

    private static Duration now(Network network) {
        return Duration.ofNanos(network.clock().nanoTime());
    }

    @Test
    void mockWebServerDisconnectAtStart(Network network) throws Exception {
        serve(network).faults().accept(Fault.reset());

        InputStream response = network.connect("10.0.0.5:80").inputStream();

        assertThatThrownBy(response::read).hasMessage("Connection reset");
    }

    @Test
    void mockWebServerStallAtStart(Network network) throws Exception {
        serve(network).faults().read(Fault.stall());
        Connection client = network.connect("10.0.0.5:80").readTimeout(Duration.ofSeconds(10));
        client.outputStream().write('?');

        assertThatThrownBy(client.inputStream()::read).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void wireMockEmptyResponse(Network network) throws Exception {
        serve(network).faults().write(Fault.halfClose());

        assertThat(request(network).read()).isEqualTo(-1);
    }

    @Test
    void wireMockGarbage(Network network) throws Exception {
        serve(network).faults().write(Fault.corrupt().afterBytes(40));

        byte[] response = request(network).readNBytes(100);

        assertThat(response).startsWith(new byte[40]).isNotEqualTo(new byte[100]);
    }

    @Test
    void wireMockFixedDelay(Network network) throws Exception {
        serve(network).faults().write(Fault.delayed(Duration.ofSeconds(2)).once());

        assertThat(request(network).readNBytes(100)).hasSize(100);
        assertThat(now(network)).hasSeconds(2);
    }

    @Test
    void wireMockDribble(Network network) throws Exception {
        serve(network).faults().write(Fault.drip(20, Duration.ofMillis(200)));

        assertThat(request(network).readNBytes(100)).hasSize(100);
        assertThat(now(network)).hasMillis(800); // five pieces, the first one at once
    }

    @Test
    void wireMockScenario(Network network) throws Exception {
        serve(network).faults().connect(Fault.refuse().first(2));

        assertThatThrownBy(() -> request(network)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> request(network)).isInstanceOf(ConnectException.class);
        assertThat(request(network).readNBytes(100)).hasSize(100);
    }

    @Test
    void toxiproxyLatency(Network network) throws Exception {
        serve(network);
        network.link("*", "10.0.0.5").backward().impair(Impairment.latency(Duration.ofMillis(100)));

        InputStream response = request(network);
        Duration start = now(network);

        assertThat(response.readNBytes(100)).hasSize(100);
        assertThat(now(network).minus(start)).hasMillis(100);
    }

    @Test
    void toxiproxyResetPeer(Network network) throws Exception {
        serve(network).faults().read(Fault.reset().after(Duration.ofMillis(500)));
        InputStream response = request(network);
        response.readNBytes(100);

        assertThatThrownBy(response::read).hasMessage("Connection reset");
        assertThat(now(network)).hasMillis(500);
    }

    @Test
    void toxiproxyTimeout(Network network) throws Exception {
        serve(network).faults().write(Fault.silence());
        Connection client = network.connect("10.0.0.5:80").readTimeout(Duration.ofSeconds(10));
        client.outputStream().write('?');

        assertThatThrownBy(client.inputStream()::read).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void toxiproxySlicer(Network network) throws Exception {
        serve(network).faults().write(Fault.drip(10, Duration.ofMillis(1)));

        assertThat(request(network).read(new byte[100])).isEqualTo(10);
    }

    @Test
    void toxiproxyLimitData(Network network) throws Exception {
        serve(network).faults().write(Fault.halfClose().afterBytes(64));

        assertThat(request(network).readAllBytes()).hasSize(64);
    }

    @Test
    void toxiproxySlowClose(Network network) throws Exception {
        serve(network).faults().close(Fault.delayed(Duration.ofSeconds(1)));
        Connection client = network.connect("10.0.0.5:80");
        client.outputStream().write(new byte[2]); // the second byte ends the conversation

        assertThat(client.inputStream().readAllBytes()).hasSize(100);
        assertThat(now(network)).hasSeconds(1);
    }

    @Test
    void awaitilityDuring(Network network) throws Exception {
        serve(network);
        Connection client = network.connect("10.0.0.5:80");

        network.awaitIdle();

        assertThat(client.available()).isZero();
    }

    @Test
    void goPipe(Network network) throws Exception {
        ConnectionPair pipe = network.pair();
        pipe.server().receiveBufferSize(0);
        Future<Integer> written = network.executor().submit(() -> pipe.client().write(ByteBuffer.allocate(5)));

        pipe.client().awaitWriteBlocked();
        assertThat(written).isNotDone();

        assertThat(pipe.server().inputStream().readNBytes(5)).hasSize(5);
        assertThat(written.get()).isEqualTo(5);
    }

    @Test
    void goOneByteReaderAndTimeoutReader(Network network) throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().outputStream().write(new byte[3]);
        pair.server().faults().read(Fault.slice(1));
        pair.server().faults().read(Fault.timeout().nth(2));
        InputStream input = pair.server().inputStream();

        assertThat(input.read(new byte[3])).isEqualTo(1);
        assertThatThrownBy(() -> input.read(new byte[3])).isInstanceOf(SocketTimeoutException.class);
        assertThat(input.read(new byte[3])).isEqualTo(1);
    }
}
