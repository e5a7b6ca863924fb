package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Binding;
import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Snapshot;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths of Unix domain sockets: their hosts, their lifetime, and all that works like over TCP. */
class UnixPathTest extends NetworkFixture {
    private static final String PATH = "unix:/run/app.sock";
    private static final SocketAddress ADDRESS = UnixDomainSocketAddress.of("/run/app.sock");
    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    // ---- listening and connecting

    @Test
    void pathWorksAsTextAndAsAddress() throws Exception {
        Listener listener = network.listen(PATH);
        Connection client = network.connect(ADDRESS);
        Connection server = listener.accept();

        assertThat(listener.localAddress()).isEqualTo(ADDRESS);
        assertThat(listener.port()).isEqualTo(-1);
        assertThat(client.localAddress()).isEqualTo(UNNAMED);
        assertThat(client.remoteAddress()).isEqualTo(ADDRESS);
        assertThat(server.localAddress()).isEqualTo(ADDRESS);
        assertThat(server.remoteAddress()).isEqualTo(UNNAMED);
        Text.write(client, "ping");
        assertThat(Text.read(server)).isEqualTo("ping");
        assertThat(Files.exists(Path.of("/run/app.sock"))).isFalse();
    }

    @Test
    void listenerTakesManyUnnamedClients() throws Exception {
        Listener listener = network.listen(PATH);

        Connection first = listener.connect();
        Connection second = network.connect(PATH);

        Text.write(second, "2");
        Text.write(first, "1");
        assertThat(Text.read(listener.accept())).isEqualTo("1");
        assertThat(Text.read(listener.accept())).isEqualTo("2");
        first.close();
        assertThat(network.snapshot().connections()).hasSize(3);
    }

    @Test
    void differentSpellingsCanMeanOneFile() throws Exception {
        Listener listener = network.listen("unix:app.sock");

        assertThat(network.connect("unix:./app.sock").remoteAddress()).isEqualTo(listener.localAddress());
        assertThat(network.connect("unix:" + Path.of("app.sock").toAbsolutePath())
                        .remoteAddress())
                .isEqualTo(UnixDomainSocketAddress.of("app.sock"));
        inUse(() -> network.listen("unix:run/../app.sock"));
    }

    @Test
    void hostNamedUnixIsReachedByAddressOnly() throws Exception {
        network.host("unix", "10.0.0.9").listen(80);

        assertThat(catchThrowable(() -> network.connect("unix:80"))).hasMessage("No such file or directory");
        assertThat(network.connect("10.0.0.9:80").isOpen()).isTrue();
    }

    @Test
    void connectWaitsForTheBacklogWithoutLimit() throws Exception {
        Listener listener = network.listen(PATH).backlog(1);
        listener.connect();
        listener.connect();
        Background<Connection> patient =
                Background.call(network, listener::connect).awaitParked();
        Background<Connection> limited = Background.call(
                        () -> network.connect(PATH, dialling -> dialling.connectTimeout(SECOND)))
                .awaitParked();

        clock.advanceTimeBy(Duration.ofHours(1));

        assertThat(limited.failure()).isInstanceOf(SocketTimeoutException.class).hasMessage("Connect timed out");
        patient.assertWaits();
        listener.accept();
        assertThat(patient.result().isOpen()).isTrue();
    }

    @Test
    void asyncConnectWaitsToo() throws Exception {
        Listener listener = network.listen(PATH).backlog(1);
        listener.connect();
        listener.connect();
        CompletableFuture<Connection> dial = network.connectAsync(PATH).toCompletableFuture();
        clock.advanceTimeBy(Duration.ofHours(1));
        assertThat(dial).isNotDone();

        listener.accept();

        assertThat(dial.join().remoteAddress()).isEqualTo(ADDRESS);
        CompletableFuture<Connection> late =
                network.connectAsync("unix:/nowhere").toCompletableFuture();
        assertThatThrownBy(late::join).hasRootCauseMessage("No such file or directory");
    }

    @Test
    void waitingConnectReachesTheNextListener() throws Exception {
        Listener old = network.listen(PATH).backlog(1);
        old.connect();
        old.connect();
        Background<Connection> waiting =
                Background.call(() -> network.connect(PATH)).awaitParked();
        network.unlink(PATH);
        Listener next = network.listen(PATH);

        old.close();

        assertThat(waiting.result().peer()).isSameAs(next.accept());
    }

    // ---- lifetime of a path

    @Test
    void aPathStaysUntilItIsRemoved() throws Exception {
        missing(() -> network.connect(PATH));
        network.listen(PATH).close();

        refused(() -> network.connect(PATH));
        inUse(() -> network.listen(PATH));
        inUse(() -> network.bind(ADDRESS));

        assertThat(network.unlink(PATH)).isTrue();
        assertThat(network.unlink(ADDRESS)).isFalse();
        missing(() -> network.connect(PATH));
        assertThat(network.listen(PATH).connect().isOpen()).isTrue();
    }

    @Test
    void listenerStaysOpenAfterItsPathIsRemoved() throws Exception {
        Listener old = network.listen(PATH);
        Connection queued = old.connect();

        assertThat(network.unlink(PATH)).isTrue();

        missing(old::connect);
        assertThat(old.accept()).isSameAs(queued.peer());
        Listener next = network.listen(PATH);
        assertThat(network.connect(PATH).peer()).isSameAs(next.accept());
        assertThat(network.snapshot().listeners()).hasSize(2);
        old.close();
        assertThat(network.connect(PATH).peer()).isSameAs(next.accept());
        assertThat(network.snapshot().listeners()).hasSize(1);
    }

    @Test
    void networkCloseClosesListenersWithoutAPathToo() throws Exception {
        Listener listener = network.listen(PATH);
        network.unlink(PATH);

        network.close();

        assertThat(listener.isClosed()).isTrue();
        assertThat(catchThrowable(() -> network.listen(PATH)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Network is down: it was closed before this listen");
    }

    @Test
    void bindingHoldsItsPathAndThenListens() throws Exception {
        Binding binding = network.bind(ADDRESS);
        refused(() -> network.connect(PATH));
        inUse(() -> network.listen(PATH));
        assertThat(binding).hasToString("binding unix:/run/app.sock");

        Listener listener = binding.listen();
        binding.close();

        assertThat(network.connect(PATH).peer()).isSameAs(listener.accept());
    }

    @Test
    void aBindingThatIsClosedLeavesItsPath() throws Exception {
        network.bind(ADDRESS).close();

        inUse(() -> network.bind(ADDRESS));
        assertThat(network.unlink(PATH)).isTrue();
    }

    @Test
    void bindingListensAfterItsPathIsRemoved() throws Exception {
        Binding binding = network.bind(ADDRESS);
        network.unlink(PATH);
        network.bind(ADDRESS);

        Listener listener = binding.listen();

        refused(() -> network.connect(PATH));
        assertThat(network.snapshot().listeners()).hasSize(1);
        listener.close();
        assertThat(network.snapshot().listeners()).isEmpty();
    }

    // ---- the address of a client

    @Test
    void boundClientShowsItsPathAndLeavesIt() throws Exception {
        Listener listener = network.listen(PATH);

        Connection client = network.connect(PATH, dialling -> dialling.localAddress("unix:/tmp/client"));
        Connection server = listener.accept();

        SocketAddress own = UnixDomainSocketAddress.of("/tmp/client");
        assertThat(client.localAddress()).isEqualTo(own);
        assertThat(server.remoteAddress()).isEqualTo(own);
        refused(() -> network.connect("unix:/tmp/client"));
        client.close();
        inUse(() -> network.connect(PATH, dialling -> dialling.localAddress(own)));
        assertThat(network.unlink("unix:/tmp/client")).isTrue();
        network.connect(PATH, dialling -> dialling.localAddress(own));
        assertThat(listener.accept().remoteAddress()).isEqualTo(own);
    }

    @Test
    void anEndCanBeBoundLater() throws Exception {
        network.listen(PATH);
        Connection client = network.connect(PATH);

        client.localAddress("unix:/tmp/client").localAddress("unix:/tmp/client");

        assertThat(client.peer().remoteAddress()).isEqualTo(UnixDomainSocketAddress.of("/tmp/client"));
        assertThatThrownBy(() -> client.localAddress(PATH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("address in use: unix:/run/app.sock");
        assertThat(client.localAddress()).isEqualTo(UnixDomainSocketAddress.of("/tmp/client"));
    }

    // ---- hosts

    @Test
    void eachHostHasPathsOfItsOwn() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        Listener ofApp = app.listen(PATH);
        missing(() -> db.connect(PATH));
        missing(() -> network.connect(PATH));
        Listener ofDb = db.listen(PATH);

        assertThat(app.connect(PATH).peer()).isSameAs(ofApp.accept());
        assertThat(db.connect(ADDRESS).peer()).isSameAs(ofDb.accept());
        assertThat(ofDb.connect().peer()).isSameAs(ofDb.accept());
        assertThat(ofDb.host()).isSameAs(db);
        assertThat(ofDb).hasToString("listener unix:/run/app.sock of db");
        assertThat(network.unlink(PATH)).isFalse();
        assertThat(db.unlink(PATH)).isTrue();
        missing(() -> db.connect(PATH));
        assertThat(app.connect(PATH).isOpen()).isTrue();
    }

    @Test
    void networkUsesThePathsOfLocalhost() throws Exception {
        Listener listener = network.listen(PATH);

        assertThat(network.localhost().connect(PATH).peer()).isSameAs(listener.accept());
        assertThat(listener.host()).isSameAs(network.localhost());
        assertThat(listener).hasToString("listener unix:/run/app.sock");
    }

    @Test
    void aPathOutlivesACrashAndARestart() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(PATH);
        Connection client = listener.connect();

        db.crash();

        assertThat(listener.isClosed()).isTrue();
        assertThat(client.isClosed()).isTrue();
        assertThat(catchThrowable(() -> db.connect(PATH)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Network is down: host db crashed before this connect to unix:/run/app.sock");
        db.restart();
        refused(() -> db.connect(PATH));
        inUse(() -> db.listen(PATH));
        db.unlink(PATH);
        assertThat(db.listen(PATH).connect().isOpen()).isTrue();
    }

    @Test
    void pauseHoldsDataOverAPath() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(PATH);
        Connection client = listener.connect();
        Connection server = listener.accept();

        db.pause();
        Text.write(client, "held");
        Background<Connection> dial = Background.call(() -> db.connect(PATH)).awaitParked();
        assertThat(server.isReadable()).isFalse();
        db.resume();

        assertThat(Text.read(server)).isEqualTo("held");
        assertThat(dial.result().peer()).isSameAs(listener.accept());
    }

    @Test
    void aCloseDuringAPauseIsFoundAfterIt() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(PATH);
        Connection client = listener.connect();
        Connection server = listener.accept();

        db.pause();
        server.close();
        Text.write(client, "late");
        db.resume();

        assertThat(catchThrowable(() -> Text.read(client))).hasMessage("Connection reset");
        assertThat(catchThrowable(() -> Text.write(client, "x"))).hasMessage("Broken pipe");
    }

    // ---- everything else

    @Test
    void awaitFindsAServerLikeAConnect() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        network.listen(PATH);
        Background<Listener> await =
                Background.call(() -> db.awaitListening(PATH, SECOND)).awaitParked();
        CompletableFuture<Listener> stage = db.whenListening(ADDRESS, SECOND).toCompletableFuture();

        Listener listener = db.listen(PATH);

        assertThat(await.result()).isSameAs(listener);
        assertThat(stage.join()).isSameAs(listener);
        assertThat(db.awaitListening(ADDRESS)).isSameAs(listener);
        assertThat(network.awaitListening(PATH)).isNotSameAs(listener);
        assertThat(db.awaitListening("db:0", CompletableFuture.completedFuture(db.listen(80))))
                .isSameAs(network.awaitListening("10.0.0.5:80"));
    }

    @Test
    void awaitFindsAServerThatListensAfterItsBind() throws Exception {
        Binding binding = network.bind(ADDRESS);
        CompletableFuture<Listener> stage =
                network.whenListening(ADDRESS, SECOND).toCompletableFuture();
        assertThat(stage).isNotDone();

        Listener listener = binding.listen();

        assertThat(stage).isCompletedWithValue(listener);
        listener.close();
        assertThat(network.whenListening(ADDRESS, SECOND).toCompletableFuture()).isNotDone();
    }

    @Test
    void awaitFailsAtItsLimit() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        db.listen(PATH).close();
        Background<Listener> await =
                Background.call(() -> db.awaitListening(PATH, SECOND)).awaitParked();
        clock.advanceTimeBy(SECOND);

        assertThat(await.failure())
                .hasMessageStartingWith(
                        "after 1 s still waiting for a listener on unix:/run/app.sock of db\n(no listener,");
        assertThat(catchThrowable(() -> db.awaitListening(
                        ADDRESS, CompletableFuture.failedFuture(new BindException("Address already in use")))))
                .isInstanceOf(BindException.class);
    }

    @Test
    void faultsFireOnConnectAcceptAndTransfer() throws Exception {
        Listener listener = network.listen(PATH);
        listener.faults().connect(Fault.refuse().once());
        listener.faults().read(Fault.reset().afterBytes(3));

        refused(() -> network.connect(PATH));
        Connection client = network.connect(PATH);
        Connection server = listener.accept();
        Text.write(client, "abcd");

        assertThat(Text.read(server)).isEqualTo("abc");
        assertThat(catchThrowable(() -> Text.read(server))).hasMessage("Connection reset");
        assertThat(catchThrowable(() -> Text.write(client, "x"))).hasMessage("Broken pipe");
        assertThat(catchThrowable(() -> Text.read(client))).hasMessage("Connection reset");
    }

    @Test
    void resetLooksLikeACloseWithUnreadBytes() throws Exception {
        Listener listener = network.listen(PATH);
        Connection client = listener.connect();
        Text.write(client.peer(), "last");

        client.peer().reset();

        assertThat(catchThrowable(() -> Text.write(client, "x"))).hasMessage("Broken pipe");
        assertThat(Text.read(client)).isEqualTo("last");
        assertThat(catchThrowable(() -> Text.read(client))).hasMessage("Connection reset");
        assertThat(catchThrowable(() -> Text.read(client))).hasMessage("Connection reset");
    }

    @Test
    void endsCanBeAwaited() throws Exception {
        Listener listener = network.listen(PATH);
        Connection client = listener.connect();
        listener.awaitAcceptable();
        Connection server = listener.accept();
        Background<Void> writeBlocked =
                Background.run(client::awaitWriteBlocked).awaitParked();
        Background<Integer> write = Background.call(() -> client.write(Text.bytes("x".repeat(300_000))));
        writeBlocked.result();
        assertThat(server.available()).isEqualTo(NetworkConfig.DEFAULT_UNIX_RECEIVE_BUFFER_SIZE);

        Background<Void> closed = Background.run(client::awaitPeerClosed).awaitParked();
        server.close();

        closed.result();
        assertThat(write.result()).isEqualTo(NetworkConfig.DEFAULT_UNIX_RECEIVE_BUFFER_SIZE);
        client.awaitWritable();
    }

    @Test
    void buffersHaveTheKernelSizeByDefault() throws Exception {
        Listener listener = network.listen(PATH);
        assertThat(listener.connect().receiveBufferSize()).isEqualTo(219_264);
        assertThat(listener.receiveBufferSize()).isEqualTo(219_264);
        assertThat(listener.receiveBufferSize(5).connect().peer().receiveBufferSize())
                .isEqualTo(5);
        NetworkConfig strict = NetworkConfig.strict();
        assertThat(strict.unixReceiveBufferSize()).isEqualTo(strict.receiveBufferSize());
        NetworkConfig own = NetworkConfig.builder().unixReceiveBufferSize(7).build().toBuilder()
                .build();
        try (Network other = Network.create(own)) {
            assertThat(other.listen(PATH).connect().receiveBufferSize()).isEqualTo(7);
            assertThat(other.listen().connect().receiveBufferSize()).isEqualTo(own.receiveBufferSize());
        }
    }

    @Test
    void streamViewsBehaveLikeThoseOfChannels() throws Exception {
        Listener listener = network.listen(PATH);
        Connection client = listener.connect();
        Connection server = listener.accept();
        OutputStream output = client.outputStream();
        InputStream input = client.inputStream();
        Background<Void> write = Background.run(() -> output.write(new byte[300_000]));
        client.awaitWriteBlocked();

        server.close();

        assertThat(write.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Broken pipe");
        assertThat(input.read()).isEqualTo(-1);
        client.shutdownOutput();
        assertThatThrownBy(() -> output.write(1)).isInstanceOf(AsynchronousCloseException.class);
        input.close();
        assertThat(client.isClosed()).isTrue();
        assertThatThrownBy(input::available).isExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(input::read).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(input.read(new byte[0])).isZero();
        output.write(new byte[0]);
    }

    @Test
    void unclosedAcceptedEndIsALeak() throws Exception {
        Network checked = Network.create(NetworkConfig.strict());
        Listener listener = checked.listen(PATH);
        listener.connect();
        listener.accept();

        assertThat(catchThrowable(checked::close))
                .hasMessageStartingWith(
                        "never closed:\n  connection unix:/run/app.sock -> unix:(unnamed), accepted at ");
    }

    @Test
    void snapshotShowsPaths() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(PATH);
        network.listen("unix:old").close();
        Connection client = listener.connect();
        Text.write(client, "ping");
        db.connect(PATH, dialling -> dialling.localAddress("unix:/tmp/client"));

        assertThat(network.failure("look")).hasMessage("""
                    look
                    Proto  State        Recv-Q  Send-Q  Local               Remote              Notes
                    unix   LISTEN            2      51  unix:/run/app.sock  *                   of db; no accept waits
                    unix   ESTABLISHED       0       4  unix:(unnamed)      unix:/run/app.sock  of db
                    unix   ESTABLISHED       4       0  unix:/run/app.sock  unix:(unnamed)      of db
                    unix   ESTABLISHED       0       0  unix:/tmp/client    unix:/run/app.sock  of db
                    unix   ESTABLISHED       0       0  unix:/run/app.sock  unix:/tmp/client    of db
                    hosts: db 10.0.0.5
                    clock: virtual clock at 0 s, seed: 1
                    trace:
                         localhost        db          db unix:/run/app.sock
                    0 s      |             |                    | listen unix:/run/app.sock
                             | listen unix:old                  |
                             | close       |                    |
                         #1  |             |----- connect ----->|
                         #1  |             |-- 4 bytes "ping" ->|
                         #2  |             |----- connect ----->|""");
        Snapshot snapshot = network.snapshot();
        assertThat(snapshot.connections()).hasSize(4);
        assertThat(snapshot.listeners().get(0).protocol()).isEqualTo("unix");
    }

    // ---- bad input

    @Test
    void pathLengthIsLimitedLikeInTheJdk() throws Exception {
        String longest = "unix:/" + "x".repeat(105);
        network.listen(longest);
        assertThat(network.connect(longest).isOpen()).isTrue();

        for (String tooLong : new String[] {longest + "x", "unix:/" + "\u00e9".repeat(53)}) {
            assertThatThrownBy(() -> network.listen(tooLong))
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessage("Unix domain path too long");
            assertThatThrownBy(() -> network.connect(tooLong)).hasMessage("Unix domain path too long");
            assertThatThrownBy(() -> network.awaitListening(tooLong)).hasMessage("Unix domain path too long");
            assertThatThrownBy(() -> network.connect(longest, dialling -> dialling.localAddress(tooLong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Unix domain path too long: " + tooLong.substring("unix:".length()));
            assertThat(network.unlink(tooLong)).isFalse();
        }
    }

    @Test
    void listenNeedsAPath() {
        for (ThrowingCallable bind :
                new ThrowingCallable[] {() -> network.listen("unix:"), () -> network.bind(UNNAMED)}) {
            assertThatThrownBy(bind)
                    .isInstanceOf(BindException.class)
                    .hasMessage("Server socket cannot bind to unnamed address");
        }
        refused(() -> network.connect("unix:"));
        assertThatThrownBy(() -> network.listen("unix:a\0b")).isInstanceOf(InvalidPathException.class);
        assertThatThrownBy(() -> network.listen((SocketAddress) null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void pathsAndPortsDoNotMix() throws Exception {
        Connection tcp = network.listen().connect();
        Connection unix = network.listen(PATH).connect();

        unsupported(() -> tcp.localAddress(PATH));
        unsupported(() -> unix.localAddress("10.0.0.2:80"));
        unsupported(() -> network.unlink("10.0.0.2:80"));
        unsupported(() -> network.host("db", "10.0.0.5").unlink(tcp.localAddress()));
        assertThatThrownBy(() -> network.unlink("/run/app.sock"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("such as 127.0.0.1:8080, [::1]:8080, localhost:0 or *:8080, or unix:path,"
                        + " such as unix:/run/app.sock");
        assertThatThrownBy(() -> unix.sendUrgentData(1))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("Unix domain sockets have no urgent data");
        assertThatThrownBy(() -> unix.urgentInline(true)).isInstanceOf(UnsupportedOperationException.class);
    }

    /** Like on an operating system, the sockets of {@code java.net} take no paths. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void socketsAndDatagramsTakeNoPaths(boolean ours) throws Exception {
        try (Socket socket = ours ? NetworkSockets.socketFactory(network).createSocket() : new Socket();
                ServerSocket server =
                        ours ? NetworkSockets.serverSocketFactory(network).createServerSocket() : new ServerSocket();
                DatagramSocket datagrams =
                        ours ? NetworkSockets.datagramSocket(network, null) : new DatagramSocket(null)) {
            for (ThrowingCallable call : new ThrowingCallable[] {
                () -> socket.connect(ADDRESS), () -> socket.bind(ADDRESS), () -> server.bind(ADDRESS)
            }) {
                assertThatThrownBy(call)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("Unsupported address type");
            }
            unsupported(() -> datagrams.bind(ADDRESS));
            unsupported(() -> datagrams.connect(ADDRESS));
        }
        unsupported(() -> {
            try (DatagramSocket bound =
                    ours ? NetworkSockets.datagramSocket(network, ADDRESS) : new DatagramSocket(ADDRESS)) {
                assertThat(bound).isNull();
            }
        });
    }

    @Test
    void datagramEndpointsTakeNoPaths() throws Exception {
        DatagramEndpoint endpoint = network.bindDatagram();

        unsupported(() -> network.bindDatagram(PATH));
        unsupported(() -> endpoint.connect(ADDRESS));
        unsupported(() -> endpoint.send(Text.bytes("x"), PATH));
    }

    private static void missing(ThrowingCallable dial) {
        assertThatThrownBy(dial).isExactlyInstanceOf(SocketException.class).hasMessage("No such file or directory");
    }

    private static void refused(ThrowingCallable dial) {
        assertThatThrownBy(dial).isInstanceOf(ConnectException.class).hasMessage("Connection refused");
    }

    private static void inUse(ThrowingCallable bind) {
        assertThatThrownBy(bind).isInstanceOf(BindException.class).hasMessage("Address already in use");
    }

    private static void unsupported(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(UnsupportedAddressTypeException.class);
    }
}
