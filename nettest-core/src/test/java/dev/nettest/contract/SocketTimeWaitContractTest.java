package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** TIME_WAIT of a network whose settings ask for it. */
class SocketTimeWaitContractTest extends TimeWaitContract {
    private static final InetSocketAddress FIXED = new InetSocketAddress("127.0.0.1", 40_000);
    private static final Duration TIME_WAIT = Duration.ofSeconds(60);
    private static final Duration INSTANT = Duration.ofNanos(1);

    private final VirtualClock clock = VirtualClock.manual();
    private final Network network =
            Network.create(NetworkConfig.builder().clock(clock).timeWait(true).build());

    @AfterEach
    void shutDown() {
        network.shutdown();
    }

    @Override
    Socket socket() throws IOException {
        return NetworkSockets.socketFactory(network).createSocket();
    }

    @Override
    ServerSocket serverSocket() throws IOException {
        return NetworkSockets.serverSocketFactory(network).createServerSocket();
    }

    private static Connection connect(Network network, Listener listener) throws IOException {
        return network.connect(listener.localAddress(), connecting -> connecting.localAddress(FIXED));
    }

    private static void closeBoth(Connection first) throws IOException {
        first.close();
        first.peer().close();
    }

    @Test
    void aSecondConnectFromAFixedPortFailsForSixtySeconds() throws Exception {
        Listener listener = network.listen();
        closeBoth(connect(network, listener));

        assertThatThrownBy(() -> connect(network, listener))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        clock.advanceTimeBy(TIME_WAIT.minus(INSTANT));
        assertThatThrownBy(() -> connect(network, listener)).hasMessage("Address already in use");
        clock.advanceTimeBy(INSTANT);
        assertThatCode(() -> connect(network, listener)).doesNotThrowAnyException();
    }

    @Test
    void theSecondCloseStartsTheSixtySeconds() throws Exception {
        Listener listener = network.listen();
        Connection first = connect(network, listener);
        first.close();
        clock.advanceTimeBy(TIME_WAIT.minus(INSTANT));
        first.peer().close();

        clock.advanceTimeBy(INSTANT);
        assertThatThrownBy(() -> connect(network, listener)).hasMessage("Address already in use");
    }

    @Test
    void aPeerThatNeverClosesFreesTheAddressAfterSixtySeconds() throws Exception {
        Listener listener = network.listen();
        connect(network, listener).close();

        clock.advanceTimeBy(TIME_WAIT);

        try (var binding = network.bind(FIXED)) {
            assertThat(binding.localAddress()).isEqualTo(FIXED);
        }
    }

    @Test
    void aWriteToAClosedEndEndsIt() throws Exception {
        Listener listener = network.listen();
        Connection first = connect(network, listener);
        first.close();
        assertThatThrownBy(() -> network.bind(FIXED)).hasMessage("Address already in use");

        first.peer().outputStream().write(1);

        assertThatCode(() -> network.bind(FIXED).close()).doesNotThrowAnyException();
    }

    @Test
    void aBindWithTheOptionSharesTheAddressOfOneWithIt() throws Exception {
        Listener listener = network.listen();
        network.bind(FIXED, true).close();
        closeBoth(connect(network, listener));

        assertThatThrownBy(() -> network.bind(FIXED)).hasMessage("Address already in use");
        assertThatCode(() -> connect(network, listener)).doesNotThrowAnyException();
    }

    @Test
    void withoutTheSettingEveryAddressIsFreeAfterAClose() throws Exception {
        try (Network plain = Network.create()) {
            Listener listener = plain.listen();
            closeBoth(connect(plain, listener));

            assertThatCode(() -> closeBoth(connect(plain, listener))).doesNotThrowAnyException();
            assertThat(plain.config().timeWait()).isFalse();
        }
    }
}
