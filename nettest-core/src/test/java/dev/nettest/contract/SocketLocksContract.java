package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations of one socket that wait behind a blocked one of another thread. */
abstract class SocketLocksContract {
    private static final boolean IS_17 = Runtime.version().feature() < 18;
    private static final int HOUR_MILLIS = 3_600_000;
    private static final byte[] MORE_THAN_FITS = new byte[16 << 20];
    private static final String SOCKET_CLOSED = "java.net.SocketException: Socket closed";
    private static final String BY_INTERRUPT = "java.net.SocketException: Closed by interrupt";

    private SocketArm arm;

    abstract SocketArm arm();

    @BeforeEach
    void openArm() {
        arm = arm();
    }

    @AfterEach
    void closeArm() throws IOException {
        arm.close();
    }

    private Task start(Outcome.Call call) {
        return Task.start(arm, "task", call);
    }

    private Task blocked(Outcome.Call call) {
        Task task = start(call);
        task.awaitBlocked();
        return task;
    }

    private Task blockedVirtual(Outcome.Call call) {
        Assumptions.assumeTrue(Task.virtualThreadsExist(), "virtual threads begin with JDK 21");
        Task task = Task.startVirtual(arm, "virtual task", call);
        task.awaitBlocked();
        return task;
    }

    // ---- connect

    private static Object connect(Socket socket, SocketAddress target, int millis) throws IOException {
        socket.connect(target, millis);
        return "connected";
    }

    @Test
    void aSecondConnectWaitsAndThenClosesTheSocket() throws IOException {
        ServerSocket full = arm.fullServer();
        Socket socket = arm.socket();
        Task first = blocked(() -> connect(socket, full.getLocalSocketAddress(), 0));
        Task second = blocked(() -> connect(socket, full.getLocalSocketAddress(), HOUR_MILLIS));
        assertThat(socket.isClosed()).isFalse();

        arm.acceptedBy(full);

        assertThat(first.outcome()).isEqualTo("connected");
        assertThat(second.outcome()).isEqualTo("java.net.SocketException: Already connected");
        assertThat(Outcome.of(() -> {
                    socket.getOutputStream().write(1);
                    return "written";
                }))
                .isEqualTo("java.net.SocketException: " + (IS_17 ? "Socket closed" : "Socket is closed"));
    }

    @Test
    void aCloseEndsBothConnects() throws IOException {
        ServerSocket full = arm.fullServer();
        Socket socket = arm.socket();
        Task first = blocked(() -> connect(socket, full.getLocalSocketAddress(), HOUR_MILLIS));
        Task second = blocked(() -> connect(socket, full.getLocalSocketAddress(), HOUR_MILLIS));

        socket.close();

        assertThat(first.outcome()).isEqualTo(SOCKET_CLOSED);
        assertThat(second.outcome()).isEqualTo(SOCKET_CLOSED);
    }

    @Test
    void callsBesideAConnectDoNotWait() throws IOException {
        ServerSocket full = arm.fullServer();
        Socket socket = arm.socket();
        Task connecting = blocked(() -> connect(socket, full.getLocalSocketAddress(), 0));

        assertThat(Outcome.of(() -> {
                    socket.bind(StreamBackend.loopback(0));
                    return "bound";
                }))
                .isEqualTo("java.net.SocketException: Invalid argument");
        assertThat(Outcome.of(socket::getInputStream)).isEqualTo("java.net.SocketException: Socket is not connected");
        socket.setSoTimeout(5);
        assertThat(socket.getSoTimeout()).isEqualTo(5);
        assertThat(socket.isBound()).isFalse();
        assertThat(socket.isConnected()).isFalse();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        assertThat(socket.getInetAddress()).isNull();

        socket.close();
        assertThat(connecting.outcome()).isEqualTo(SOCKET_CLOSED);
    }

    @Test
    void aBoundSocketIsBoundWhileItConnects() throws IOException {
        ServerSocket full = arm.fullServer();
        Socket socket = arm.socket();
        socket.bind(StreamBackend.loopback(0));
        Task connecting = blocked(() -> connect(socket, full.getLocalSocketAddress(), 0));

        assertThat(Outcome.of(() -> {
                    socket.bind(StreamBackend.loopback(0));
                    return "bound";
                }))
                .isEqualTo("java.net.SocketException: Already bound");
        assertThat(socket.getLocalPort()).isPositive();

        socket.close();
        assertThat(connecting.outcome()).isEqualTo(SOCKET_CLOSED);
    }

    // ---- read

    private record Sockets(Socket client, Socket server) {}

    private Sockets pair() throws IOException {
        ServerSocket server = arm.boundServer(5);
        Socket client = arm.connectedTo(server);
        return new Sockets(client, arm.acceptedBy(server));
    }

    @Test
    void aTimedReadBehindAnUntimedOne() throws IOException {
        Sockets pair = pair();
        InputStream input = pair.client.getInputStream();
        Task first = blocked(input::read);
        pair.client.setSoTimeout(1);

        if (IS_17) {
            Task second = blocked(input::read);
            pair.server.getOutputStream().write('a');
            assertThat(first.outcome()).isEqualTo("97");
            assertThat(second.outcome()).isEqualTo("java.net.SocketTimeoutException: Read timed out");
        } else {
            Task second = start(input::read);
            assertThat(second.outcome()).isEqualTo("java.net.SocketTimeoutException: Read timed out");
            pair.server.getOutputStream().write('a');
            assertThat(first.outcome()).isEqualTo("97");
        }
    }

    @Test
    void aTimeoutSetWhileAReadWaitsForAnother() throws IOException {
        Sockets pair = pair();
        InputStream input = pair.client.getInputStream();
        Task first = blocked(input::read);
        Task second = blocked(input::read);
        pair.client.setSoTimeout(1);
        pair.server.getOutputStream().write('a');
        assertThat(first.outcome()).isEqualTo("97");

        if (!IS_17) { // it has read the timeout before it waited for the lock
            second.awaitBlocked();
            pair.server.getOutputStream().write('b');
        }

        assertThat(second.outcome()).isEqualTo(IS_17 ? "java.net.SocketTimeoutException: Read timed out" : "98");
    }

    @Test
    void readsFollowEachOther() throws IOException {
        Sockets pair = pair();
        InputStream input = pair.client.getInputStream();
        List<Task> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            readers.add(blocked(() -> input.read(new byte[2])));
        }

        pair.server.getOutputStream().write(new byte[7]);

        assertThat(readers).extracting(Task::outcome).containsExactly("2", "2", "2", "1");
    }

    @Test
    void aCloseOrShutdownEndsAllReads() throws IOException {
        Sockets pair = pair();
        InputStream input = pair.client.getInputStream();
        InputStream other = pair.server.getInputStream();
        List<Task> readers = List.of(blocked(input::read), blocked(input::read));
        List<Task> others = List.of(blocked(other::read), blocked(other::read));
        assertThat(input.available()).isZero();
        assertThat(pair.client.getSoTimeout()).isZero();

        pair.client.shutdownInput();
        assertThat(readers).extracting(Task::outcome).containsExactly("-1", "-1");

        pair.server.close();
        assertThat(others).extracting(Task::outcome).containsExactly(SOCKET_CLOSED, SOCKET_CLOSED);
    }

    @Test
    void anInterruptDoesNotEndTheWaitForTheReadLock() throws IOException {
        Sockets pair = pair();
        InputStream input = pair.client.getInputStream();
        Task first = blockedVirtual(input::read);
        Task second = blockedVirtual(input::read);

        second.interrupt();
        second.awaitBlocked();
        assertThat(pair.client.isClosed()).isFalse();
        pair.server.getOutputStream().write('a');

        assertThat(first.outcome()).isEqualTo("97");
        assertThat(second.outcome()).isEqualTo(BY_INTERRUPT);
        assertThat(pair.client.isClosed()).isTrue();
    }

    // ---- write

    private static Object write(OutputStream output, byte[] bytes) throws IOException {
        output.write(bytes);
        return bytes.length;
    }

    @Test
    void writesAndUrgentDataWaitForAWrite() throws IOException {
        Sockets pair = pair();
        pair.server.setOOBInline(true);
        OutputStream output = pair.client.getOutputStream();
        Task first = blocked(() -> write(output, MORE_THAN_FITS));
        Task second = blocked(() -> write(output, new byte[1]));
        Task urgent = blocked(() -> {
            pair.client.sendUrgentData('u');
            return "sent";
        });
        assertThat(write(output, new byte[0])).isEqualTo(0);
        assertThat(pair.client.getSoLinger()).isEqualTo(-1);

        pair.client.close();

        assertThat(first.outcome()).isEqualTo(SOCKET_CLOSED);
        assertThat(second.outcome()).isEqualTo(SOCKET_CLOSED);
        assertThat(urgent.outcome()).isEqualTo(SOCKET_CLOSED);
    }

    @Test
    void aShutdownEndsAllWrites() throws IOException {
        Sockets pair = pair();
        OutputStream output = pair.client.getOutputStream();
        Task first = blocked(() -> write(output, MORE_THAN_FITS));
        Task second = blocked(() -> write(output, new byte[1]));
        Task urgent = blocked(() -> {
            pair.client.sendUrgentData('u');
            return "sent";
        });

        pair.client.shutdownOutput();

        assertThat(first.outcome()).isEqualTo("java.net.SocketException: Broken pipe");
        assertThat(second.outcome()).isEqualTo("java.net.SocketException: Broken pipe");
        assertThat(urgent.outcome()).isEqualTo("java.io.IOException: Broken pipe");
    }

    @Test
    void aWriteStaysBlockedIfItsPeerShutsBothWays() throws IOException {
        Sockets pair = pair();
        Task writing = blocked(() -> write(pair.client.getOutputStream(), MORE_THAN_FITS));

        pair.server.shutdownOutput();
        pair.server.shutdownInput();
        writing.awaitBlocked();

        pair.server.close(); // with unread bytes
        assertThat(writing.outcome()).isEqualTo("java.net.SocketException: Broken pipe");
    }

    @Test
    void anInterruptDoesNotEndTheWaitForTheWriteLock() throws IOException {
        Sockets pair = pair();
        OutputStream output = pair.client.getOutputStream();
        Task first = blockedVirtual(() -> write(output, MORE_THAN_FITS));
        Task second = blockedVirtual(() -> write(output, new byte[1]));
        Task urgent = blockedVirtual(() -> {
            pair.client.sendUrgentData('u');
            return "sent";
        });

        second.interrupt();
        urgent.interrupt();
        second.awaitBlocked();
        urgent.awaitBlocked();
        assertThat(pair.client.isClosed()).isFalse();
        pair.client.shutdownOutput();

        assertThat(first.outcome()).isEqualTo("java.net.SocketException: Broken pipe");
        assertThat(second.outcome()).isEqualTo("java.net.SocketException: Broken pipe");
        assertThat(urgent.outcome()).isEqualTo("java.io.IOException: Broken pipe");
        assertThat(pair.client.isClosed()).isFalse();
    }

    // ---- accept

    private Object accept(ServerSocket server) throws IOException {
        arm.acceptedBy(server);
        return "accepted";
    }

    @Test
    void aTimedAcceptBehindAnUntimedOneTimesOut() throws IOException {
        ServerSocket server = arm.boundServer(5);
        Task first = blocked(() -> accept(server));
        server.setSoTimeout(1);
        assertThat(server.getSoTimeout()).isEqualTo(1);

        Task second = start(() -> accept(server));
        assertThat(second.outcome()).isEqualTo("java.net.SocketTimeoutException: Accept timed out");

        server.setSoTimeout(0);
        Task third = blocked(() -> accept(server));
        server.close();
        assertThat(first.outcome()).isEqualTo(SOCKET_CLOSED);
        assertThat(third.outcome()).isEqualTo(SOCKET_CLOSED);
    }

    @Test
    void anInterruptDoesNotEndTheWaitForTheAcceptLock() throws IOException {
        ServerSocket server = arm.boundServer(5);
        Task first = blockedVirtual(() -> accept(server));
        Task second = blockedVirtual(() -> accept(server));

        second.interrupt();
        second.awaitBlocked();
        assertThat(server.isClosed()).isFalse();
        arm.connectedTo(server);

        assertThat(first.outcome()).isEqualTo("accepted");
        assertThat(second.outcome()).isEqualTo(BY_INTERRUPT);
        assertThat(server.isClosed()).isTrue();
    }

    // ---- datagrams

    private DatagramSocket datagramSocket() throws IOException {
        return arm.datagramSocket(StreamBackend.loopback(0));
    }

    private static Object receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[9], 9);
        socket.receive(packet);
        return "received " + packet.getLength();
    }

    private static void send(DatagramSocket from, int length, DatagramSocket to) throws IOException {
        from.send(new DatagramPacket(new byte[length], length, to.getLocalSocketAddress()));
    }

    private static Object connect(DatagramSocket socket, DatagramSocket peer) throws IOException {
        socket.connect(peer.getLocalSocketAddress());
        return "connected";
    }

    private static Object disconnect(DatagramSocket socket) {
        socket.disconnect();
        return "disconnected";
    }

    private static Object bind(DatagramSocket socket) throws IOException {
        socket.bind(null);
        return "bound";
    }

    @Test
    void connectDisconnectAndBindWaitForAReceive() throws IOException {
        DatagramSocket socket = datagramSocket();
        DatagramSocket peer = datagramSocket();
        Task receiving = blocked(() -> receive(socket));
        Task connecting = blocked(() -> connect(socket, peer));
        Task disconnecting = blocked(() -> disconnect(socket));
        Task binding = blocked(() -> bind(socket));
        assertThat(socket.isConnected()).isFalse();
        send(socket, 1, peer);
        socket.setSoTimeout(7);
        assertThat(socket.getSoTimeout()).isEqualTo(7);
        assertThat(socket.getReuseAddress()).isFalse();

        send(peer, 2, socket);

        assertThat(receiving.outcome()).isEqualTo("received 2");
        assertThat(connecting.outcome()).isEqualTo("connected");
        assertThat(disconnecting.outcome()).isEqualTo("disconnected");
        assertThat(binding.outcome()).isEqualTo("java.net.SocketException: Already bound");
    }

    @Test
    void aCloseEndsEverythingBehindAReceive() throws IOException {
        DatagramSocket socket = datagramSocket();
        DatagramSocket peer = datagramSocket();
        Task receiving = blocked(() -> receive(socket));
        Task second = blocked(() -> receive(socket));
        Task connecting = blocked(() -> connect(socket, peer));
        Task disconnecting = blocked(() -> disconnect(socket));
        Task binding = blocked(() -> bind(socket));

        socket.close();

        assertThat(receiving.outcome()).isEqualTo(SOCKET_CLOSED);
        assertThat(second.outcome()).isEqualTo(SOCKET_CLOSED);
        assertThat(connecting.outcome()).isEqualTo("connected"); // the JDK ignores that it is closed
        assertThat(disconnecting.outcome()).isEqualTo("disconnected");
        assertThat(binding.outcome()).isEqualTo("java.net.SocketException: Socket is closed");
    }

    @Test
    void aTimedReceiveWaitsBehindAnUntimedOne() throws IOException {
        DatagramSocket socket = datagramSocket();
        Task first = blocked(() -> receive(socket));
        socket.setSoTimeout(1);
        Task second = blocked(() -> receive(socket));
        socket.setSoTimeout(0);
        Task third = blocked(() -> receive(socket));

        send(socket, 3, socket);

        assertThat(first.outcome()).isEqualTo("received 3");
        assertThat(second.outcome()).isEqualTo("java.net.SocketTimeoutException: Receive timed out");
        third.awaitBlocked();
        send(socket, 4, socket);
        assertThat(third.outcome()).isEqualTo("received 4");
    }

    @Test
    void aReceiveKeepsItsPacketSince25() throws IOException {
        DatagramSocket socket = datagramSocket();
        DatagramSocket other = datagramSocket();
        DatagramPacket packet = new DatagramPacket(new byte[9], 9);
        Task receiving = blocked(() -> {
            socket.receive(packet);
            return packet.getLength();
        });
        send(socket, 1, other);

        if (IS_17) {
            packet.setLength(3); // the packet is free, and its new length counts
            other.receive(packet);
            assertThat(packet.getLength()).isEqualTo(1);
            send(socket, 5, socket);
            assertThat(receiving.outcome()).isEqualTo("3");
        } else {
            Task length = start(packet::getLength);
            Task second = start(() -> {
                other.receive(packet);
                return packet.getLength();
            });
            length.awaitMonitor();
            second.awaitMonitor();
            send(socket, 5, socket);
            // The second receive may take the packet before the first thread asks for its length.
            assertThat(receiving.outcome()).isIn("5", "1");
            assertThat(second.outcome()).isEqualTo("1");
            assertThat(length.outcome()).isIn("5", "1"); // after the one or the other
        }
    }

    @Test
    void anUnboundSocketIsBoundByItsReceive() throws IOException {
        DatagramSocket socket = arm.datagramSocket(null);
        Task receiving = blocked(() -> receive(socket));
        assertThat(socket.isBound()).isTrue();
        Task binding = blocked(() -> bind(socket));

        socket.close();

        assertThat(receiving.outcome()).isEqualTo(SOCKET_CLOSED);
        assertThat(binding.outcome()).isEqualTo("java.net.SocketException: Socket is closed");
    }

    @Test
    void anInterruptDoesNotEndTheWaitBehindAReceive() throws IOException {
        DatagramSocket socket = datagramSocket();
        Task first = blockedVirtual(() -> receive(socket));
        Task second = blockedVirtual(() -> receive(socket));

        second.interrupt();
        second.awaitBlocked();
        assertThat(socket.isClosed()).isFalse();
        send(socket, 1, socket);

        assertThat(first.outcome()).isEqualTo("received 1");
        assertThat(second.outcome()).isEqualTo(BY_INTERRUPT);
        assertThat(socket.isClosed()).isTrue();
    }
}
