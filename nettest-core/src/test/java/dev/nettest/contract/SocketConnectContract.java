package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A socket that connects to its own address. */
abstract class SocketConnectContract {
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

    private Socket connectedToItself(SocketAddress bound, InetAddress target) throws IOException {
        Socket socket = arm.socket();
        socket.bind(bound);
        socket.connect(new InetSocketAddress(target, socket.getLocalPort()));
        return socket;
    }

    private Socket connectedToItself() throws IOException {
        return connectedToItself(
                StreamBackend.loopback(0), StreamBackend.loopback(0).getAddress());
    }

    @Test
    void readsWhatItWrites() throws IOException {
        Socket socket = connectedToItself();
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(socket.getLocalSocketAddress());
        InputStream input = socket.getInputStream();
        OutputStream output = socket.getOutputStream();

        output.write("hello".getBytes());
        assertThat(input.readNBytes(5)).asString().isEqualTo("hello");
        assertThat(input.available()).isZero();
        Task reader = Task.start(arm, "reader", input::read);
        reader.awaitBlocked();
        output.write('x');
        assertThat(reader.outcome()).isEqualTo("120");

        output.write("end".getBytes());
        socket.shutdownOutput();
        assertThat(input.readAllBytes()).asString().isEqualTo("end");
        assertThat(Outcome.of(() -> {
                    output.write(1);
                    return "written";
                }))
                .isEqualTo("java.net.SocketException: Broken pipe");
        socket.close();
        assertThat(Outcome.of(socket::getInputStream)).isEqualTo("java.net.SocketException: Socket is closed");
    }

    @Test
    void aCloseEndsItsOwnRead() throws IOException {
        Socket socket = connectedToItself();
        Task reader = Task.start(arm, "reader", socket.getInputStream()::read);
        reader.awaitBlocked();

        socket.close();

        assertThat(reader.outcome()).isEqualTo("java.net.SocketException: Socket closed");
    }

    @Test
    void boundToEveryAddressToo() throws IOException {
        InetAddress localhost = StreamBackend.loopback(0).getAddress();
        Socket socket = connectedToItself(new InetSocketAddress(0), localhost);
        assertThat(socket.getLocalAddress()).isEqualTo(localhost);

        socket.getOutputStream().write(7);
        assertThat(socket.getInputStream().read()).isEqualTo(7);
    }

    @Test
    void inIPv6Too() throws IOException {
        Assumptions.assumeTrue(TcpTable.isDualStack(), "this machine has no IPv6");
        InetSocketAddress localhost = StreamBackend.address("::1", 0);
        Socket socket = connectedToItself(localhost, localhost.getAddress());

        socket.getOutputStream().write(7);
        assertThat(socket.getInputStream().read()).isEqualTo(7);
    }

    @Test
    void theUrgentByteReturns() throws IOException {
        Socket socket = connectedToItself();
        socket.setOOBInline(true);

        socket.sendUrgentData('u');
        assertThat(socket.getInputStream().read()).isEqualTo('u');
    }

    @Test
    void afterAResetTheAddressIsFree() throws IOException {
        Socket socket = connectedToItself();
        SocketAddress address = socket.getLocalSocketAddress();
        socket.getOutputStream().write(1);
        socket.setSoLinger(true, 0);
        socket.close();

        Socket next = arm.socket();
        next.bind(address);
        assertThat(next.getLocalSocketAddress()).isEqualTo(address);
    }

    @Test
    void anotherSocketIsRefused() throws IOException {
        Socket bound = arm.socket();
        bound.bind(StreamBackend.loopback(0));
        Socket socket = arm.socket();

        assertThat(Outcome.of(() -> {
                    socket.connect(bound.getLocalSocketAddress());
                    return "connected";
                }))
                .isEqualTo("java.net.ConnectException: Connection refused");
    }
}
