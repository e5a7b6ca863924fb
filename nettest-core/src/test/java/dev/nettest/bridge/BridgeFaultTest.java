package dev.nettest.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Bridge;
import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.InjectedFault;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults between a client in a network and a real server on loopback. */
class BridgeFaultTest {
    private static final String ADDRESS = "10.0.0.5:5432";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ForbiddingClock clock = new ForbiddingClock();
    private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    private final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    private Network network;
    private RealServer server;
    private Bridge bridge;

    @BeforeEach
    void open() throws IOException {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            if (thread.getName().equals("nettest-bridge-" + ADDRESS)) {
                uncaught.add(e);
            }
        });
        network =
                Network.create(NetworkConfig.builder().clock(clock).checks(true).build());
        server = new RealServer();
        bridge = network.bridge(ADDRESS, server.address());
    }

    @AfterEach
    void close() throws IOException {
        network.close();
        server.close();
        Thread.setDefaultUncaughtExceptionHandler(before);
        assertThat(uncaught).isEmpty();
    }

    @Test
    void aResetAfterBytesReachesBothSides() throws Exception {
        bridge.listener().faults().read(Fault.reset().afterBytes(4));
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        Text.write(client, "0123456789");

        assertThat(RealServer.readAll(real)).isEqualTo("0123<Connection reset>");
        assertThatThrownBy(() -> Text.read(client))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void aResetOfAnswersReachesBothSides() throws Exception {
        bridge.listener().faults().write(Fault.reset().afterBytes(4));
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        RealServer.write(real, "0123456789");

        client.awaitReadable(4);
        client.awaitPeerClosed();
        assertThat(Text.read(client)).isEqualTo("0123");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
        assertThat(RealServer.readAll(real)).isEqualTo("<Connection reset>");
    }

    @Test
    void aHalfCloseOfAnswersCutsThemAndLeavesTheOtherDirectionOpen() throws Exception {
        bridge.listener().faults().write(Fault.halfClose().afterBytes(4));
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        RealServer.write(real, "0123456789");

        assertThat(Text.readAll(client)).isEqualTo("0123");
        Text.write(client, "still open");
        client.shutdownOutput();

        assertThat(RealServer.readAll(real)).startsWith("still open");
    }

    @Test
    void answersDrip() throws Exception {
        FaultHandle drip = bridge.listener().faults().write(Fault.drip(2, SECOND));
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        RealServer.write(real, "01234");

        client.awaitReadable(2);
        assertThat(Text.read(client)).isEqualTo("01");
        assertThat(client.isReadable()).isFalse();
        clock.virtual.advanceTimeBy(SECOND);
        client.awaitReadable(2);
        assertThat(Text.read(client)).isEqualTo("23");
        clock.virtual.advanceTimeBy(SECOND);
        client.awaitReadable();
        assertThat(Text.read(client)).isEqualTo("4");
        assertThat(drip.fireCount()).isEqualTo(3);
    }

    @Test
    void aFailureResetsBothSidesAndIsNotReported() throws Exception {
        FaultHandle fault = bridge.listener().faults().read(Fault.failWith(new IllegalStateException("as declared")));
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
        assertThat(RealServer.readAll(real)).isEqualTo("<Connection reset>");
        assertThat(fault.fireCount()).isEqualTo(1);
    }

    @Test
    void anEndOfStreamIsRelayed() throws Exception {
        bridge.listener().faults().read(Fault.endOfStream().afterBytes(3));
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        Text.write(client, "abcdef");

        assertThat(RealServer.readAll(real)).isEqualTo("abc<end>");
        RealServer.write(real, "answer");
        assertThat(Text.read(client)).isEqualTo("answer");
    }

    @Test
    void aDelayHoldsBytesBackOnTheNetworksClock() throws Exception {
        bridge.listener().faults().read(Fault.delayed(SECOND).once());
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        Text.write(client, "abc");
        clock.virtual.advanceTimeBy(SECOND.minusNanos(1));
        assertThat(client.peer().available()).isEqualTo(3);

        clock.virtual.advanceTimeBy(Duration.ofNanos(1));
        assertThat(RealServer.read(real, 3)).isEqualTo("abc");
    }

    @Test
    void aDelayHoldsAnswersBackOnTheNetworksClock() throws Exception {
        bridge.listener().faults().write(Fault.delayed(SECOND).once());
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        RealServer.write(real, "abc");
        client.peer().awaitWriteBlocked();
        assertThat(client.available()).isZero();

        clock.virtual.advanceTimeBy(SECOND);
        client.awaitReadable(3);
        assertThat(Text.read(client)).isEqualTo("abc");
    }

    @Test
    void slicesAreRelayedOneByOne() throws Exception {
        FaultHandle reads = bridge.listener().faults().read(Fault.slice(1));
        FaultHandle writes = bridge.listener().faults().write(Fault.slice(2));
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();

        Text.write(client, "abcdefg");
        assertThat(RealServer.read(real, 7)).isEqualTo("abcdefg");
        RealServer.write(real, "abcdefg");
        client.awaitReadable(7);
        assertThat(Text.read(client)).isEqualTo("abcdefg");
        assertThat(reads.fireCount()).isEqualTo(7);
        assertThat(writes.fireCount()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void aStallHoldsUntilItIsRemoved() throws Exception {
        FaultHandle stall = bridge.listener().faults().write(Fault.stall());
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        RealServer.write(real, "abc");
        client.peer().awaitWriteBlocked();
        assertThat(client.available()).isZero();

        stall.close();
        assertThat(Text.read(client)).isEqualTo("abc");
    }

    @Test
    void faultsOfTheClientActAsUsual() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        client.faults().write(Fault.reset().afterBytes(2));

        assertThatThrownBy(() -> Text.write(client, "abcd"))
                .hasMessage("Connection reset by peer")
                .satisfies(e -> assertThat(e.getSuppressed()).hasAtLeastOneElementOfType(InjectedFault.class));
        assertThat(RealServer.readAll(real)).isEqualTo("ab<Connection reset>");
    }

    @Test
    void connectsCanBeRefused() {
        bridge.listener().faults().connect(Fault.refuse());

        assertThatThrownBy(() -> network.connect(ADDRESS)).hasMessage("Connection refused");
    }

    @Test
    void aConnectionResetDuringAcceptIsRelayedAsAReset() throws Exception {
        bridge.listener().faults().accept(Fault.reset());
        Connection client = network.connect(ADDRESS);

        assertThat(RealServer.readAll(server.accept())).isEqualTo("<Connection reset>");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    @Test
    void aFailedAcceptIsRepeated() throws Exception {
        FaultHandle fault = bridge.listener()
                .faults()
                .accept(Fault.failWith(new IOException("as declared")).first(3));
        Connection client = network.connect(ADDRESS);
        Text.write(client, "abc");

        assertThat(RealServer.read(server.accept(), 3)).isEqualTo("abc");
        assertThat(fault.fireCount()).isEqualTo(3);
    }

    @Test
    void repeatedAcceptFailuresCloseTheListener() throws Exception {
        bridge.listener().faults().accept(Fault.failWith(new IOException("as declared")));

        bridge.listener().awaitClosed();
        assertThat(uncaught.poll(20, TimeUnit.SECONDS))
                .hasMessage("the bridge stops accepting: it failed 1000 times")
                .hasRootCauseMessage("as declared");
        assertThatThrownBy(() -> network.connect(ADDRESS)).hasMessage("Connection refused");
    }

    @Test
    void anUnexpectedExceptionIsReportedAndAffectsOneConnection() throws Exception {
        Connection other = network.connect(ADDRESS);
        Socket realOther = server.accept();
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        client.peer().faults().read(Fault.stall().matching(operation -> {
            throw new IllegalStateException("a predicate that is broken");
        }));

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
        assertThat(RealServer.readAll(real)).isEqualTo("<Connection reset>");
        assertThat(uncaught.poll(20, TimeUnit.SECONDS)).hasStackTraceContaining("a predicate that is broken");
        Text.write(other, "abc");
        assertThat(RealServer.read(realOther, 3)).isEqualTo("abc");
    }

    @Test
    void aCallbackOnItsThreadCanCloseIt() throws Exception {
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        bridge.listener().faults().write(Fault.failWith(() -> {
            bridge.close();
            return new ClosedChannelException();
        }));
        RealServer.write(real, "abc");

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
        assertThat(RealServer.readAll(real)).isEqualTo("<Connection reset>");
        assertThat(bridge.isClosed()).isTrue();
    }

    @Test
    void aFailedCloseStillCloses() throws Exception {
        FaultHandle fault = bridge.listener().faults().close(Fault.failWith(new IOException("as declared")));
        Connection client = network.connect(ADDRESS);
        Socket real = server.accept();
        Text.write(client, "abc");
        assertThat(RealServer.read(real, 3)).isEqualTo("abc");

        bridge.close();

        assertThat(RealServer.readAll(real)).isEqualTo("<end>");
        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThat(client.peer().isClosed()).isTrue();
        assertThat(fault.fireCount()).isEqualTo(1);
    }
}
