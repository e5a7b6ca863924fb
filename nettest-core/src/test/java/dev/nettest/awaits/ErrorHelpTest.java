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
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An error of the kernel keeps its type and text, and has a note with what the network has instead. */
class ErrorHelpTest {
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
    }

    private static String note(Throwable failure) {
        return failure.getSuppressed()[0].getMessage();
    }
}
