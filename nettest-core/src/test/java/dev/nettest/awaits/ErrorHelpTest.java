package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An error of the kernel keeps its type and text, and has a note with what the network has instead. */
class ErrorHelpTest {
    private static final String LINE = "ErrorHelpTest\\.java:[0-9]+";

    private final Network network =
            Network.create(NetworkConfig.builder().checks(true).build());

    @AfterEach
    void close() {
        network.shutdown();
    }

    @Test
    void aRefusedConnectListsTheNearestListeners() throws Exception {
        network.listen("10.0.0.6:80");
        network.listen("10.0.0.5:8080");
        network.listen("10.0.0.5:81");

        Throwable refused = catchThrowable(() -> network.connect("10.0.0.5:80"));

        assertThat(refused).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection refused");
        assertThat(note(refused))
                .isEqualTo("no listener on 10.0.0.5:80; listeners: 10.0.0.5:81, 10.0.0.5:8080, 10.0.0.6:80");
    }

    @Test
    void aRefusedConnectInAnEmptyNetworkSaysSo() {
        assertThat(note(catchThrowable(() -> network.connect("10.0.0.5:80")))).isEqualTo("no listener in this network");
    }

    @Test
    void aSocketHasTheNoteToo() throws Exception {
        for (int port = 1; port <= 10; port++) {
            network.listen("10.0.0.5:" + port);
        }
        try (Socket socket = NetworkSockets.socketFactory(network).createSocket()) {
            Throwable refused = catchThrowable(() -> socket.connect(new InetSocketAddress("10.0.0.5", 80)));

            assertThat(note(refused))
                    .endsWith(" 10.0.0.5:10, 10.0.0.5:9, 10.0.0.5:8, 10.0.0.5:7, 10.0.0.5:6,"
                            + " 10.0.0.5:5, 10.0.0.5:4, 10.0.0.5:3 and 2 more");
        }
    }

    @Test
    void anAddressInUseNamesItsOwnerAndLine() throws Exception {
        network.listen("10.0.0.5:80");

        Throwable inUse = catchThrowable(() -> network.listen("10.0.0.5:80"));

        assertThat(inUse).isExactlyInstanceOf(BindException.class).hasMessage("Address already in use");
        assertThat(note(inUse))
                .matches("the address belongs to listener 10\\.0\\.0\\.5:80, opened at"
                        + " ErrorHelpTest\\.java:[0-9]+");
    }

    @Test
    void aDatagramAddressInUseNamesItsOwner() throws Exception {
        try (DatagramEndpoint first = network.bindDatagram("10.0.0.5:53")) {
            Throwable inUse = catchThrowable(() -> network.bindDatagram("10.0.0.5:53"));

            assertThat(first.isClosed()).isFalse();
            assertThat(note(inUse)).startsWith("the address belongs to datagram socket 10.0.0.5:53");
        }
    }

    @Test
    void anUnknownHostListsTheKnownNames() {
        network.host("db", "10.0.0.5");
        network.host("cache", "10.0.0.6");

        Throwable unknown = catchThrowable(() -> network.connect("dbb:5432"));

        assertThat(unknown).isExactlyInstanceOf(UnknownHostException.class).hasMessage("dbb");
        assertThat(note(unknown)).isEqualTo("names in this network: localhost, db, cache");
    }

    @Test
    void aClosedConnectionNamesTheLineThatClosedIt() throws Exception {
        Connection client = network.pair().client();
        client.close();

        Throwable closed = catchThrowable(() -> client.read(ByteBuffer.allocate(1)));

        assertThat(closed).isExactlyInstanceOf(ClosedChannelException.class).hasMessage(null);
        assertThat(note(closed))
                .matches("127\\.0\\.0\\.1:49153 -> 127\\.0\\.0\\.1:49152 was closed at ErrorHelpTest\\.java:[0-9]+");
    }

    @Test
    void aConnectionOfACrashedHostSaysSo() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(5432);
        network.connect("db:5432");
        Connection server = listener.accept();
        db.crash();

        Throwable closed = catchThrowable(() -> server.write(ByteBuffer.allocate(1)));

        assertThat(note(closed)).isEqualTo("10.0.0.5:5432 (db) -> 127.0.0.1:49152 was closed by the crash of its host");
    }

    @Test
    void aClosedSocketNamesTheLineToo() throws Exception {
        network.listen("10.0.0.5:80");
        Socket socket = NetworkSockets.socketFactory(network).createSocket("10.0.0.5", 80);
        var in = socket.getInputStream();
        socket.close();

        Throwable closed = catchThrowable(in::read);

        assertThat(closed).isExactlyInstanceOf(SocketException.class).hasMessage("Socket closed");
        assertThat(note(closed)).matches("127\\.0\\.0\\.1:49152 -> 10\\.0\\.0\\.5:80 was closed at " + LINE);
    }

    @Test
    void aClosedListenerNamesTheLineThatClosedIt() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        listener.close();

        Throwable closed = catchThrowable(listener::tryAccept);

        assertThat(closed).isInstanceOf(ClosedChannelException.class).hasMessage(null);
        assertThat(note(closed)).matches("10\\.0\\.0\\.5:80 was closed at " + LINE);
    }

    @Test
    void aClosedServerSocketNamesTheLineThatClosedIt() throws Exception {
        ServerSocket server = NetworkSockets.serverSocketFactory(network).createServerSocket(80);
        server.close();

        Throwable closed = catchThrowable(server::accept);

        assertThat(closed).isExactlyInstanceOf(SocketException.class).hasMessage("Socket is closed");
        assertThat(note(closed)).matches("\\*:80 was closed at " + LINE);
    }

    @Test
    void aServerSocketOfACrashedHostSaysSo() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        ServerSocket server = NetworkSockets.serverSocketFactory(db).createServerSocket(5432);
        db.crash();

        Throwable closed = catchThrowable(server::accept);

        assertThat(closed).isExactlyInstanceOf(SocketException.class).hasMessage("Socket closed");
        assertThat(note(closed)).isEqualTo("*:5432 (db) was closed by the crash of its host");
    }

    @Test
    void anAcceptThatACloseEndsHasTheNote() throws Exception {
        for (int i = 0; i < 100; i++) {
            Listener listener = network.listen("10.0.0.5:80");
            Background<Connection> accepting = Background.call(listener::accept);
            accepting.awaitParked();
            listener.close();

            Throwable closed = accepting.failure();

            assertThat(closed).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(note(closed)).matches("10\\.0\\.0\\.5:80 was closed at " + LINE);
        }
    }

    @Test
    void aClosedDatagramEndpointNamesTheLineThatClosedIt() throws Exception {
        DatagramEndpoint endpoint = network.bindDatagram("10.0.0.5:53");
        endpoint.close();
        ByteBuffer buffer = ByteBuffer.allocate(1);

        for (Throwable closed : List.of(
                catchThrowable(() -> endpoint.tryReceive(buffer)),
                catchThrowable(() -> endpoint.receive(buffer)),
                catchThrowable(() -> endpoint.send(buffer, "10.0.0.5:54")),
                catchThrowable(() -> endpoint.connect("10.0.0.5:54")),
                catchThrowable(() -> endpoint.join(InetAddress.getByName("224.0.0.1"))))) {
            assertThat(closed).isInstanceOf(ClosedChannelException.class).hasMessage(null);
            assertThat(closed.getSuppressed()).hasSize(1);
            assertThat(note(closed)).matches("10\\.0\\.0\\.5:53 was closed at " + LINE);
        }
    }

    @Test
    void aReceiveThatACloseEndsHasTheNote() throws Exception {
        for (int i = 0; i < 100; i++) {
            DatagramEndpoint endpoint = network.bindDatagram("10.0.0.5:53");
            Background<SocketAddress> receiving = Background.call(() -> endpoint.receive(ByteBuffer.allocate(1)));
            receiving.awaitParked();
            endpoint.close();

            Throwable closed = receiving.failure();

            assertThat(closed).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(note(closed)).matches("10\\.0\\.0\\.5:53 was closed at " + LINE);
        }
    }

    @Test
    void aDatagramEndpointSaysWhatElseClosedIt() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        DatagramEndpoint crashed = db.bindDatagram("10.0.0.5:53");
        db.crash();
        DatagramEndpoint interrupted = network.bindDatagram("10.0.0.6:53");
        Thread.currentThread().interrupt();
        Throwable interrupt = catchThrowable(() -> interrupted.receive(ByteBuffer.allocate(1)));
        assertThat(Thread.interrupted()).isTrue();
        DatagramEndpoint ended = network.bindDatagram("10.0.0.7:53");
        network.shutdown();

        assertThat(interrupt).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(note(catchThrowable(() -> crashed.tryReceive(ByteBuffer.allocate(1)))))
                .isEqualTo("10.0.0.5:53 (db) was closed by the crash of its host");
        assertThat(note(catchThrowable(() -> interrupted.tryReceive(ByteBuffer.allocate(1)))))
                .isEqualTo("10.0.0.6:53 was closed by an interrupt");
        assertThat(note(catchThrowable(() -> ended.tryReceive(ByteBuffer.allocate(1)))))
                .isEqualTo("10.0.0.7:53 was closed by the end of the network");
    }

    @Test
    void aClosedDatagramSocketNamesTheLineThatClosedIt() throws Exception {
        DatagramSocket socket = NetworkSockets.datagramSocket(network, new InetSocketAddress("10.0.0.5", 53));
        DatagramPacket packet = new DatagramPacket(new byte[1], 1, new InetSocketAddress("10.0.0.5", 54));
        socket.close();

        Throwable received = catchThrowable(() -> socket.receive(packet));
        Throwable sent = catchThrowable(() -> socket.send(packet));
        Throwable option = catchThrowable(() -> socket.setSoTimeout(1));
        Throwable size = catchThrowable(socket::getReceiveBufferSize);

        assertThat(received).isExactlyInstanceOf(SocketException.class).hasMessage("Socket closed");
        assertThat(sent).isExactlyInstanceOf(SocketException.class).hasMessage("Socket closed");
        assertThat(option).isExactlyInstanceOf(SocketException.class).hasMessage("Socket is closed");
        assertThat(size).isExactlyInstanceOf(SocketException.class).hasMessage("Socket is closed");
        for (Throwable closed : List.of(received, sent, option, size)) {
            assertThat(note(closed)).matches("10\\.0\\.0\\.5:53 was closed at " + LINE);
        }
    }

    @Test
    void aDatagramSocketThatWasNeverBoundHasNoNote() throws Exception {
        DatagramSocket socket = NetworkSockets.datagramSocket(network, null);
        socket.close();

        assertThat(catchThrowable(() -> socket.setSoTimeout(1)).getSuppressed()).isEmpty();
    }

    private static String note(Throwable failure) {
        return failure.getSuppressed()[0].getMessage();
    }
}
