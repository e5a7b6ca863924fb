package dev.nettest.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.Test;

/** Datagram channels as code under test has them, and what a test does to them. */
class NetworkDatagramChannelTest extends NetworkFixture {
    private static final SocketAddress SERVER = new InetSocketAddress("127.0.0.1", 53);

    private final SelectorProvider provider = NetworkChannels.selectorProvider(network);

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private static String read(DatagramChannel channel) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(100);
        channel.read(target);
        return US_ASCII.decode(target.flip()).toString();
    }

    @Test
    void aServerWithOneSelectorAnswersEachClient() throws Exception {
        DatagramChannel server = provider.openDatagramChannel().bind(SERVER);
        Background<Void> serving = Background.run(network, () -> serve(server, 20));

        for (int i = 0; i < 10; i++) {
            try (DatagramChannel a = provider.openDatagramChannel().connect(SERVER);
                    DatagramChannel b = provider.openDatagramChannel().connect(SERVER)) {
                a.write(bytes("a" + i));
                b.write(bytes("b" + i));
                assertThat(read(b)).isEqualTo("b" + i);
                assertThat(read(a)).isEqualTo("a" + i);
            }
        }

        serving.result();
    }

    /** Echoes {@code count} datagrams. */
    private void serve(DatagramChannel server, int count) throws IOException {
        try (server;
                Selector selector = provider.openSelector()) {
            server.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            ByteBuffer buffer = ByteBuffer.allocate(100);
            for (int answered = 0; answered < count; ) {
                selector.select();
                selector.selectedKeys().clear();
                for (SocketAddress client = server.receive(buffer); client != null; client = server.receive(buffer)) {
                    server.send(buffer.flip(), client);
                    buffer.clear();
                    answered++;
                }
            }
        }
    }

    @Test
    void aConnectedClientLearnsThatItsServerIsGone() throws IOException {
        DatagramChannel client = provider.openDatagramChannel().connect(SERVER);
        client.write(bytes("query"));

        assertThatThrownBy(() -> read(client))
                .isExactlyInstanceOf(PortUnreachableException.class)
                .hasMessage(null);
        try (DatagramChannel server = provider.openDatagramChannel().bind(SERVER)) {
            client.write(bytes("again"));
            server.receive(ByteBuffer.allocate(9));
            server.send(bytes("answer"), client.getLocalAddress());
            assertThat(read(client)).isEqualTo("answer");
        }
    }

    @Test
    void aFaultFailsAReceiveAndMakesTheKeyReady() throws IOException {
        DatagramChannel channel = provider.openDatagramChannel().bind(SERVER);
        channel.configureBlocking(false);
        try (Selector selector = provider.openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();

            NetworkChannels.endpoint(channel)
                    .faults()
                    .receive(Fault.failWith(new IOException("injected")).once());

            assertThat(selector.selectNow()).isOne();
            assertThatThrownBy(() -> channel.receive(ByteBuffer.allocate(1))).hasMessage("injected");
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).isZero();
        }
    }

    @Test
    void aStalledSendIsNotWritable() throws IOException {
        DatagramChannel channel = provider.openDatagramChannel().bind(SERVER);
        channel.configureBlocking(false);
        var stall = NetworkChannels.endpoint(channel).faults().send(Fault.stall());
        try (Selector selector = provider.openSelector()) {
            channel.register(selector, SelectionKey.OP_WRITE);

            assertThat(channel.send(bytes("x"), SERVER)).isZero();
            assertThat(selector.selectNow()).isZero();
            stall.close();
            assertThat(selector.select()).isOne();
            assertThat(channel.send(bytes("x"), SERVER)).isOne();
        }
    }

    @Test
    void aBindOfARegisteredChannelIsNoticed() throws Exception {
        DatagramChannel channel = provider.openDatagramChannel();
        channel.configureBlocking(false);
        try (Selector selector = provider.openSelector();
                DatagramChannel sender = provider.openDatagramChannel()) {
            channel.register(selector, SelectionKey.OP_READ);
            Background<Integer> selecting =
                    Background.call(network, () -> selector.select()).awaitParked();

            channel.bind(SERVER);
            sender.send(bytes("x"), SERVER);

            assertThat(selecting.result()).isOne();
        }
    }

    @Test
    void aCloseAndAnInterruptEndAReceive() throws IOException {
        for (boolean connected : new boolean[] {false, true}) {
            DatagramChannel closed = provider.openDatagramChannel().bind(null);
            DatagramChannel interrupted = provider.openDatagramChannel().bind(null);
            if (connected) {
                closed.connect(SERVER);
                interrupted.connect(SERVER);
            }
            Background<Object> first = receive(closed, connected);
            Background<Object> second = receive(interrupted, connected);

            closed.close();
            second.interrupt();

            assertThat(first.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(second.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
            assertThat(interrupted.isOpen()).isFalse();
        }
    }

    private static Background<Object> receive(DatagramChannel channel, boolean connected) {
        ByteBuffer one = ByteBuffer.allocate(1);
        return Background.<Object>call(() -> connected ? (Object) channel.read(one) : channel.receive(one))
                .awaitParked();
    }

    @Test
    void theTimeoutOfTheAdaptorIsOfTheNetworksClock() throws Exception {
        DatagramSocket socket = provider.openDatagramChannel().bind(SERVER).socket();
        socket.setSoTimeout(1000);
        DatagramPacket packet = new DatagramPacket(new byte[1], 1);
        Background<Void> receiving =
                Background.run(network, () -> socket.receive(packet)).assertWaits();

        clock.advanceTimeBy(SECOND.minusMillis(1));
        receiving.assertWaits();
        clock.advanceTimeBy(SECOND);

        assertThat(receiving.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Receive timed out");
    }

    @Test
    void aCloseAndAnInterruptEndAReceiveOfTheAdaptor() throws IOException {
        DatagramChannel closed = provider.openDatagramChannel();
        DatagramChannel interrupted = provider.openDatagramChannel();
        DatagramPacket packet = new DatagramPacket(new byte[1], 1);
        Background<Void> first =
                Background.run(() -> closed.socket().receive(packet)).awaitParked();
        Background<Void> second = Background.run(() -> interrupted.socket().receive(new DatagramPacket(new byte[1], 1)))
                .awaitParked();

        closed.close();
        second.interrupt();

        assertThat(first.failure())
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket closed")
                .hasCauseExactlyInstanceOf(AsynchronousCloseException.class);
        boolean wrapped = Runtime.version().feature() < 18;
        assertThat(second.failure()).isInstanceOf(wrapped ? SocketException.class : ClosedByInterruptException.class);
        assertThat(interrupted.isOpen()).isFalse();
    }

    @Test
    void membersReceiveFromTheSendersThatTheyWant() throws IOException {
        InetAddress group = InetAddress.getByName("239.1.2.3");
        InetAddress one = InetAddress.getByName("127.0.0.1");
        NetworkInterface lo = NetworkInterface.getByInetAddress(one);
        DatagramChannel sender = provider.openDatagramChannel().bind(new InetSocketAddress(one, 0));
        DatagramChannel other = provider.openDatagramChannel().bind(new InetSocketAddress("127.0.0.2", 0));
        DatagramChannel member = provider.openDatagramChannel();
        MembershipKey key = member.join(group, lo);
        member.bind(new InetSocketAddress(5353));
        member.configureBlocking(false);
        SocketAddress target = new InetSocketAddress(group, 5353);

        sender.send(bytes("before the block"), target);
        assertThat(member.receive(ByteBuffer.allocate(1))).isEqualTo(sender.getLocalAddress());
        key.block(one);
        sender.send(bytes("blocked"), target);
        other.send(bytes("not blocked"), target);
        assertThat(member.receive(ByteBuffer.allocate(1))).isEqualTo(other.getLocalAddress());
        assertThat(member.receive(ByteBuffer.allocate(1))).isNull();
        key.unblock(one).drop();
        sender.send(bytes("to no member"), target);
        assertThat(member.receive(ByteBuffer.allocate(1))).isNull();
        MembershipKey ofOne = member.join(group, lo, one);
        MembershipKey ofTwo = member.join(group, lo, InetAddress.getByName("127.0.0.2"));
        ofTwo.drop();
        other.send(bytes("not a source"), target);
        sender.send(bytes("a source"), target);
        assertThat(member.receive(ByteBuffer.allocate(1))).isEqualTo(sender.getLocalAddress());
        assertThat(member.receive(ByteBuffer.allocate(1))).isNull();
        assertThat(ofOne.isValid()).isTrue();
        assertThat(ofTwo.isValid()).isFalse();
    }

    @Test
    void onlyABoundChannelHasAnEndpoint() throws IOException {
        DatagramChannel channel = provider.openDatagramChannel();

        assertThatThrownBy(() -> NetworkChannels.endpoint(channel))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the channel has no endpoint yet: it was never bound");
        DatagramEndpoint endpoint = NetworkChannels.endpoint(channel.bind(SERVER));
        assertThat(endpoint.localAddress()).isEqualTo(SERVER);
        assertThat(endpoint.broadcast()).isFalse();
        assertThat(channel).hasToString("java.nio.channels.DatagramChannel[local=/127.0.0.1:53]");
        channel.close();
        assertThat(endpoint.isClosed()).isTrue();
        assertThat(channel).hasToString("java.nio.channels.DatagramChannel[closed]");
    }
}
