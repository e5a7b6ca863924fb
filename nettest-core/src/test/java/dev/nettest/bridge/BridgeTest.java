package dev.nettest.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Bridge;
import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.NetworkClock;
import dev.nettest.NetworkConfig;
import dev.nettest.bridge.RealServer.Content;
import dev.nettest.bridge.RealServer.Filling;
import dev.nettest.testing.Background;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The traffic of a bridge between a network and a real server on loopback. The network's clock stands still and, like
 * that of a coroutine test, forbids a thread of a bridge to wait.
 */
class BridgeTest {
    private static final String ADDRESS = "10.0.0.5:5432";
    private static final long MOST = 64 << 20;

    private Network network;
    private RealServer server;
    private Bridge bridge;

    NetworkClock clock() {
        return new ForbiddingClock();
    }

    @BeforeEach
    void open() throws IOException {
        network = Network.create(
                NetworkConfig.builder().clock(clock()).checks(true).build());
        server = new RealServer();
        bridge = network.bridge(ADDRESS, server.address());
    }

    @AfterEach
    void close() throws IOException {
        network.close(); // reports no leak
        server.close();
    }

    @Test
    void relaysBytesBothWays() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();

        RealServer.write(real, "hello");
        assertThat(Text.read(client)).isEqualTo("hello");
        Text.write(client, "select 1");
        assertThat(RealServer.read(real, 8)).isEqualTo("select 1");
        RealServer.write(real, "1");
        assertThat(Text.read(client)).isEqualTo("1");
    }

    @Test
    void aPathCanStandForARealServer() throws Exception {
        network.bridge("unix:/run/db.sock", server.address());
        Connection client = network.connect("unix:/run/db.sock");
        Socket real = server.accept();

        RealServer.write(real, "hello");
        assertThat(Text.read(client)).isEqualTo("hello");
        Text.write(client, "select 1");
        assertThat(RealServer.read(real, 8)).isEqualTo("select 1");
        client.close();
        assertThat(real.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void toStringDescribesIt() throws Exception {
        assertThat(bridge.localAddress()).isEqualTo(new InetSocketAddress("10.0.0.5", 5432));
        assertThat(bridge.listener().localAddress()).isEqualTo(bridge.localAddress());
        assertThat(bridge.realAddress()).isEqualTo(server.address());
        assertThat(bridge.isClosed()).isFalse();
        String real = "127.0.0.1:" + server.address().getPort();
        assertThat(bridge).hasToString("10.0.0.5:5432: bridge to " + real + ", 0 connections");
        Connection client = network.connect(bridge.localAddress());
        RealServer.write(server.accept(), "x");
        client.awaitReadable();
        assertThat(network.snapshot().listeners().get(0).note()).isEqualTo("bridge to " + real + ", 1 connection");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 4 << 20})
    void relaysManyBytesBothWaysAtOnce(int buffer) throws Exception {
        long count = buffer < 1000 ? 20_011 : 11_000_003;
        bridge.listener().receiveBufferSize(buffer);
        Connection client = network.connect(ADDRESS, connecting -> connecting.receiveBufferSize(buffer));
        Socket real = server.accept();

        List<Background<?>> all = List.of(
                Background.run(() -> {
                    writeOdd(client::write, count, 1);
                    client.shutdownOutput();
                }),
                Background.run(() -> {
                    writeOdd(bytes -> real.getOutputStream().write(bytes.array(), 0, bytes.limit()), count, 2);
                    real.shutdownOutput();
                }),
                Background.run(() -> checkOdd(client.inputStream(), count, 3)),
                Background.run(() -> checkOdd(real.getInputStream(), count, 4)));

        all.forEach(Background::result);
    }

    private interface Sink {
        void write(ByteBuffer bytes) throws IOException;
    }

    private static void writeOdd(Sink sink, long count, long seed) throws IOException {
        Random sizes = new Random(seed);
        for (long done = 0; done < count; ) {
            ByteBuffer bytes = Content.from(done, (int) Math.min(1 + sizes.nextInt(150_000), count - done));
            sink.write(bytes);
            done += bytes.capacity();
        }
    }

    /** Reads to the end and compares. */
    private static void checkOdd(InputStream source, long count, long seed) throws IOException {
        Random sizes = new Random(seed);
        byte[] bytes = new byte[150_000];
        long done = 0;
        for (int got; (got = source.read(bytes, 0, 1 + sizes.nextInt(bytes.length))) >= 0; ) {
            for (int i = 0; i < got; i++) {
                if (bytes[i] != Content.at(done + i)) {
                    throw new AssertionError("byte " + (done + i) + " is " + bytes[i]);
                }
            }
            done += got;
        }
        assertThat(done).isEqualTo(count);
    }

    @Test
    void relaysManyConnectionsAtOnce() throws Exception {
        int many = 200;
        Background<?> echoes = Background.run(() -> {
            List<Background<?>> each = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                Socket real = server.accept();
                each.add(Background.run(() -> {
                    real.getInputStream().transferTo(real.getOutputStream());
                    real.close();
                }));
            }
            each.forEach(Background::result);
        });
        List<Background<String>> clients = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            String text = "number " + i;
            clients.add(Background.call(() -> {
                try (Connection client = network.connect(ADDRESS)) {
                    Text.write(client, text);
                    client.shutdownOutput();
                    return Text.readAll(client);
                }
            }));
        }

        for (int i = 0; i < many; i++) {
            assertThat(clients.get(i).result()).isEqualTo("number " + i);
        }
        echoes.result();
    }

    // ---- close and reset

    @Test
    void relaysTheEndOfTheClientsStream() throws Exception {
        Connection client = network.connect(ADDRESS);
        Text.write(client, "question");
        client.shutdownOutput();
        Socket real = server.accept();

        assertThat(RealServer.readAll(real)).isEqualTo("question<end>");
        RealServer.write(real, "answer");
        real.close();
        assertThat(Text.readAll(client)).isEqualTo("answer");
        client.awaitPeerClosed();
    }

    @Test
    void relaysTheEndOfTheServersStream() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        RealServer.write(real, "bye");
        real.shutdownOutput();

        assertThat(Text.readAll(client)).isEqualTo("bye");
        Text.write(client, "one thing more");
        client.close();
        assertThat(RealServer.readAll(real)).isEqualTo("one thing more<end>");
    }

    @Test
    void relaysAResetOfTheClient() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        Text.write(client, "abc");
        client.reset();

        assertThat(RealServer.readAll(real)).isEqualTo("abc<Connection reset>");
    }

    @Test
    void relaysAResetOfTheServer() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        Text.write(client, "x");
        RealServer.read(real, 1); // an earlier reset would fail the connect in the kernel, and lose the bytes
        RealServer.write(real, "abc");
        RealServer.reset(real);

        assertThat(Text.read(client)).isEqualTo("abc");
        assertThatThrownBy(() -> Text.read(client))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        client.awaitPeerClosed();
    }

    @Test
    void aResetReachesAServerThatDoesNotRead() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        Filling.fill(client::tryWrite, MOST);
        client.reset();

        client.peer().awaitClosed();
        assertThat(RealServer.readAll(real)).endsWith("<Connection reset>");
    }

    @Test
    void aResetReachesAClientThatDoesNotRead() throws Exception {
        Connection client = network.connect(ADDRESS, connecting -> connecting.receiveBufferSize(10));
        Socket real = server.accept();
        RealServer.write(real, "0123456789" + "lost");
        client.peer().awaitWriteBlocked();
        RealServer.reset(real);
        Text.write(client, "x");

        client.awaitPeerClosed();
        assertThat(Text.read(client)).isEqualTo("0123456789");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    @Test
    void aCloseWithUnreadBytesResets() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        RealServer.write(real, "abc");
        client.awaitReadable();
        client.close();

        assertThat(RealServer.readAll(real)).isEqualTo("<Connection reset>");
    }

    @Test
    void anAnswerToAClosedClientResetsTheServer() throws Exception {
        Connection client = network.connect(ADDRESS);
        Connection end = client.peer();
        Socket real = server.accept();
        client.close();
        assertThat(RealServer.readAll(real)).isEqualTo("<end>");
        RealServer.write(real, "too late");

        end.awaitClosed();
        assertThatThrownBy(() -> RealServer.fill(real, MOST)).isInstanceOf(IOException.class);
    }

    @Test
    void relaysClientsThatCloseAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            network.connect(ADDRESS).close();
            assertThat(RealServer.readAll(server.accept())).isEqualTo("<end>");
            network.connect(ADDRESS).reset();
            assertThat(RealServer.readAll(server.accept())).isEqualTo("<Connection reset>");
        }
    }

    @Test
    void aCloseInMemoryEndsTheRealConnection() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        client.peer().close();

        assertThat(Text.readAll(client)).isEmpty();
        assertThat(RealServer.readAll(real)).isEqualTo("<end>");
    }

    @Test
    void resetsTheClientIfTheRealPortHasNoListener() throws Exception {
        InetSocketAddress unused = RealServer.unusedAddress();
        Bridge nowhere = network.bridge("10.0.0.6:5432", unused);
        Connection client = network.connect("10.0.0.6:5432");

        assertThatThrownBy(() -> Text.read(client))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        client.awaitPeerClosed();
        assertThat(nowhere.toString()).endsWith("last failure: java.net.ConnectException: Connection refused");
        assertThat(network.failure("it failed").getMessage())
                .contains("bridge to 127.0.0.1:" + unused.getPort() + ", 0 connections, last failure: ");
    }

    // ---- back-pressure

    @Test
    void aServerThatDoesNotReadBlocksTheClient() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        long taken = Filling.fill(client::tryWrite, MOST);
        assertThat(taken).isLessThan(MOST);
        Background<?> writer = Background.run(network, () -> {
            Text.write(client, "the rest");
            client.shutdownOutput();
        });
        client.awaitWriteBlocked();
        writer.assertWaits();

        checkFilled(real.getInputStream(), taken);
        assertThat(RealServer.readAll(real)).isEqualTo("the rest<end>");
        writer.result();
    }

    @Test
    void aClientThatDoesNotReadBlocksTheServer() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        long taken = RealServer.fill(real, MOST);
        assertThat(taken).isLessThan(MOST);
        client.peer().awaitWriteBlocked();
        assertThat(client.available()).isEqualTo(client.receiveBufferSize());

        Background<?> writer = Background.run(() -> {
            RealServer.write(real, "the rest");
            real.shutdownOutput();
        });
        checkFilled(client.inputStream(), taken);
        assertThat(Text.readAll(client)).isEqualTo("the rest");
        writer.result();
    }

    private static void checkFilled(InputStream source, long count) throws IOException {
        byte[] bytes = new byte[1 << 16];
        for (long done = 0; done < count; ) {
            int got = source.readNBytes(bytes, 0, (int) Math.min(bytes.length, count - done));
            assertThat(got).isPositive();
            for (int i = 0; i < got; i++) {
                if (bytes[i] != Content.at(done + i)) {
                    throw new AssertionError("byte " + (done + i) + " is " + bytes[i]);
                }
            }
            done += got;
        }
    }

    // ---- closing

    @Test
    void closingFreesEverything() throws Exception {
        Busy busy = new Busy();

        bridge.close();

        assertThat(bridge.isClosed()).isTrue();
        assertThat(bridge.listener().isClosed()).isTrue();
        assertThat(threads()).isEmpty();
        assertThat(network.snapshot().listeners()).isEmpty();
        assertThat(busy.idle.peer().isClosed()).isTrue();
        assertThat(busy.reader.result()).isEqualTo(Text.END);
        assertThat(RealServer.readAll(busy.realIdle)).isEqualTo("<end>");
        assertThat(busy.writer.failure()).isInstanceOf(IOException.class);
        assertThat(RealServer.readAll(busy.realFull)).endsWith("<Connection reset>");
        assertThatThrownBy(() -> network.connect(ADDRESS)).hasMessage("Connection refused");
        assertThat(bridge.toString()).contains(", 0 connections").endsWith(" (CLOSED)");
        bridge.close();
    }

    @Test
    void closingTheNetworkFreesEverythingAndReportsNothing() throws Exception {
        Busy busy = new Busy();

        network.close();

        assertThat(bridge.isClosed()).isTrue();
        assertThat(threads()).isEmpty();
        assertThat(busy.reader.failure()).isInstanceOf(IOException.class);
        assertThat(busy.writer.failure()).isInstanceOf(IOException.class);
        assertThat(RealServer.readAll(busy.realIdle)).isEqualTo("<end>");
        assertThat(RealServer.readAll(busy.realFull)).endsWith("<Connection reset>");
        assertThatThrownBy(() -> network.bridge(ADDRESS, server.address()))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessageContaining("before this bridge");
    }

    @Test
    void itsAddressIsFreeAfterAClose() throws Exception {
        bridge.close();
        bridge = network.bridge(ADDRESS, server.address());

        relaysBytesBothWays();
    }

    @Test
    void closingItsListenerLeavesItsConnections() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        bridge.listener().close();

        Text.write(client, "still here");
        assertThat(RealServer.read(real, 10)).isEqualTo("still here");
        assertThat(bridge.isClosed()).isFalse();
    }

    /** One connection whose client waits to read, and one whose client waits to write. */
    private final class Busy {
        final Connection idle = network.connect(ADDRESS);
        final Socket realIdle = server.accept();
        final Connection full = network.connect(ADDRESS);
        final Socket realFull = server.accept();
        final Background<String> reader;
        final Background<?> writer;

        Busy() throws IOException {
            Filling.fill(full::tryWrite, MOST);
            reader = Background.call(() -> Text.read(idle)).awaitParked();
            writer = Background.run(() -> {
                while (true) {
                    Text.write(full, "more");
                }
            });
            full.awaitWriteBlocked();
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().equals("nettest-bridge-" + ADDRESS))
                .map(Thread::getName)
                .toList();
    }

    // ---- bad input

    @Test
    void refusesInvalidAddresses() {
        assertThatThrownBy(() -> network.bridge("nonsense", server.address()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonsense");
        assertThatThrownBy(() -> network.bridge("10.0.0.7:1", new InetSocketAddress("127.0.0.1", 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the port of a real server must be at least 1: /127.0.0.1:0");
        assertThatThrownBy(() -> network.bridge("10.0.0.7:1", UnixDomainSocketAddress.of("/tmp/nowhere")))
                .isInstanceOf(UnsupportedAddressTypeException.class);
        assertThatThrownBy(() -> network.bridge("10.0.0.7:1", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> network.bridge(ADDRESS, server.address()))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        assertThat(network.snapshot().listeners()).hasSize(1);
    }

    @Test
    void resolvesARealName() throws Exception {
        InetSocketAddress named =
                InetSocketAddress.createUnresolved("127.0.0.1", server.address().getPort());
        try (Bridge byName = network.bridge("10.0.0.6:1", named)) {
            assertThat(byName.realAddress()).isEqualTo(server.address());
        }
    }
}
