package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.KeepAlive;
import dev.nettest.Link;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.SystemError;
import dev.nettest.VirtualClock;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The instants at which keep-alive ends a connection, and the absence of any effect while the peer lives. */
class KeepAliveTest extends NetworkFixture {
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final KeepAlive SHORT = KeepAlive.of(Duration.ofSeconds(3), Duration.ofSeconds(1), 3);
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private Listener listener;
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        listener = db.listen(80);
        client = app.connect("db:80");
        server = listener.accept();
    }

    private Link link() {
        return network.link(app, db);
    }

    private void assertTimesOutAfter(Duration duration) throws Exception {
        Background<String> reader =
                Background.call(network, () -> Text.read(client)).awaitParked();
        clock.advanceTimeBy(duration.minus(MILLISECOND));
        reader.assertWaits();
        clock.advanceTimeBy(MILLISECOND);
        assertThat(reader.failure()).hasMessage("Connection timed out");
        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    // ---- a silent peer

    @Test
    void aSilentPeerIsFoundAfterIdleAndAllIntervals() throws Exception {
        client.keepAlive(SHORT);
        link().partition();

        assertTimesOutAfter(TIMEOUT);
    }

    @Test
    void theDefaultsAreThoseOfLinux() throws Exception {
        client.keepAlive(KeepAlive.ON);
        link().partition();

        assertTimesOutAfter(Duration.ofSeconds(7200 + 9 * 75));
    }

    @Test
    void theTimeRunsFromTheLastAnswerToAProbe() throws Exception {
        client.keepAlive(SHORT);
        clock.advanceTimeBy(Duration.ofSeconds(3 * 1000 + 2)); // the last answer was two seconds ago
        link().partition();

        assertTimesOutAfter(Duration.ofSeconds(4));
    }

    @Test
    void theTimeRunsFromTheLastArrival() throws Exception {
        client.keepAlive(SHORT);
        clock.advanceTimeBy(Duration.ofSeconds(2));
        Text.write(server, "x");
        Text.read(client);
        clock.advanceTimeBy(Duration.ofSeconds(2));
        link().partition();

        assertTimesOutAfter(Duration.ofSeconds(4));
    }

    @Test
    void anAckIsAnArrivalToo() throws Exception {
        client.keepAlive(SHORT);
        clock.advanceTimeBy(Duration.ofSeconds(2));
        Text.write(client, "x");
        link().partition();

        assertTimesOutAfter(TIMEOUT);
    }

    @Test
    void anAckOverALinkArrivesLater() throws Exception {
        client.keepAlive(SHORT);
        link().latency(Duration.ofMillis(500));
        Text.write(client, "x");
        clock.advanceTimeBy(SECOND);
        link().partition();

        assertTimesOutAfter(TIMEOUT);
    }

    @Test
    void aPausedHostIsSilent() throws Exception {
        client.keepAlive(SHORT);
        db.pause();

        assertTimesOutAfter(TIMEOUT);
    }

    @Test
    void aSilentlyCrashedHostIsSilent() throws Exception {
        client.keepAlive(SHORT);
        db.crashSilently();

        assertTimesOutAfter(TIMEOUT);
    }

    @Test
    void aHeldLinkIsSilent() throws Exception {
        client.keepAlive(SHORT);
        link().hold();

        assertTimesOutAfter(TIMEOUT);
    }

    @Test
    void aLinkThatLosesEverythingIsSilent() throws Exception {
        client.keepAlive(SHORT);
        link().impair(Impairment.NONE, Impairment.builder().loss(1).build());

        assertTimesOutAfter(TIMEOUT);
    }

    @Test
    void aRepairBeforeTheTimeoutSavesTheConnection() throws Exception {
        client.keepAlive(SHORT);
        link().partition();
        clock.advanceTimeBy(TIMEOUT.minus(MILLISECOND));
        link().repair();
        clock.advanceTimeBy(Duration.ofDays(1));

        Text.write(server, "x");
        assertThat(Text.read(client)).isEqualTo("x");
    }

    @Test
    void bytesWithoutAnAckWaitForTheirRetransmission() throws Exception {
        client.keepAlive(SHORT);
        link().partition();
        Text.write(client, "x");

        assertTimesOutAfter(Duration.ofMillis(924_600));
    }

    @Test
    void keepAliveCanBeTurnedOff() throws Exception {
        client.keepAlive(SHORT);
        link().partition();
        client.keepAlive(KeepAlive.OFF);
        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isZero();
        assertThat(client.isReadable()).isFalse();
    }

    @Test
    void itCanBeTurnedOnDuringTheSilence() throws Exception {
        link().partition();
        clock.advanceTimeBy(SECOND);
        client.keepAlive(SHORT);

        assertTimesOutAfter(TIMEOUT);
    }

    @Test
    void itCanBeSetInTheConnectHook() throws Exception {
        client = app.connect("db:80", connecting -> connecting.keepAlive(SHORT));
        clock.advanceTimeBy(SECOND);
        link().partition();

        assertTimesOutAfter(Duration.ofSeconds(5));
    }

    @Test
    void eachEndHasItsOwn() throws Exception {
        server.keepAlive(SHORT);
        link().partition();
        clock.advanceTimeBy(TIMEOUT);

        assertThat(client.isReadable()).isFalse();
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection timed out");
        assertThat(client.keepAlive()).isEqualTo(KeepAlive.OFF);
        assertThat(server.keepAlive()).isEqualTo(SHORT);
    }

    @Test
    void thePersonalityHasItsText() throws Exception {
        client.keepAlive(SHORT);
        link().partition();
        clock.advanceTimeBy(TIMEOUT);

        assertThatThrownBy(() -> Text.read(client))
                .hasMessage(SystemError.CONNECTION_TIMED_OUT_IN_TRANSFER
                        .exception(network.config().personality())
                        .getMessage());
    }

    // ---- a live peer

    @Test
    void aLivePeerTakesNoTimer() throws Exception {
        client.keepAlive(SHORT);
        server.keepAlive(SHORT);
        network.awaitIdle();
        clock.advanceUntilIdle();
        assertThat(clock.advanceToNext()).isFalse();
        assertThat(clock.nanoTime()).isZero();

        clock.advanceTimeBy(Duration.ofDays(1000));

        assertThat(client.isReadable()).isFalse();
        assertThat(server.isReadable()).isFalse();
    }

    @Test
    void aLivePeerDoesNotMoveASelfAdvancingClock() throws Exception {
        try (Network moving = Network.create(
                NetworkConfig.builder().clock(VirtualClock.selfAdvancing()).build())) {
            moving.participate();
            Connection idle = moving.pair().client().keepAlive(KeepAlive.ON).readTimeout(Duration.ofDays(9));

            assertThatThrownBy(() -> Text.read(idle)).hasMessage("Read timed out");
            assertThat(moving.clock().nanoTime()).isEqualTo(Duration.ofDays(9).toNanos());
        }
    }

    @Test
    void aClosedPeerTakesNoTimer() throws Exception {
        client.keepAlive(SHORT);
        server.close();
        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isZero();
        assertThat(Text.read(client)).isEqualTo(Text.END);
    }

    // ---- a peer without the connection

    @Test
    void aRestartedHostResetsTheConnectionAtTheNextProbe() throws Exception {
        client.keepAlive(SHORT);
        db.crashSilently();
        db.restart();
        Background<String> reader =
                Background.call(network, () -> Text.read(client)).awaitParked();
        clock.advanceTimeBy(Duration.ofSeconds(3).minus(MILLISECOND));
        reader.assertWaits();
        clock.advanceTimeBy(MILLISECOND);

        assertThat(reader.failure()).hasMessage("Connection reset");
    }

    @Test
    void afterASilenceTheNextProbeIsDueAfterTheInterval() throws Exception {
        client.keepAlive(SHORT);
        db.crashSilently();
        clock.advanceTimeBy(Duration.ofMillis(4500));
        db.restart();
        clock.advanceTimeBy(Duration.ofMillis(499));
        assertThat(client.isReadable()).isFalse();
        clock.advanceTimeBy(MILLISECOND);

        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("Connection reset");
    }

    @Test
    void theResetOfAProbeTravelsOverTheLink() throws Exception {
        client.keepAlive(SHORT);
        link().partition();
        server.reset();
        link().repair();
        link().latency(SECOND);
        clock.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(client.isReadable()).isFalse();
        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("Connection reset");
    }

    // ---- settings

    @Test
    void impossibleSettingsAreRefused() {
        assertThatThrownBy(() -> KeepAlive.of(Duration.ZERO, SECOND, 1)).hasMessage("idle must be at least 1: 0");
        assertThatThrownBy(() -> KeepAlive.of(SECOND, SECOND.negated(), 1)).hasMessage("interval is negative: PT-1S");
        assertThatThrownBy(() -> KeepAlive.of(SECOND, SECOND, 0)).hasMessage("count must be from 1 to 127: 0");
        assertThatThrownBy(() -> KeepAlive.of(SECOND, SECOND, 128)).hasMessage("count must be from 1 to 127: 128");
    }

    @Test
    void endlessTimesNeverPass() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        client.keepAlive(KeepAlive.of(SECOND, endless, 2));
        server.keepAlive(KeepAlive.of(endless, SECOND, 2));
        link().partition();
        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isZero();
    }

    // ---- sockets

    @Test
    void theOptionsOfASocketDoTheSame() throws Exception {
        Socket socket = NetworkSockets.socketFactory(app).createSocket();
        socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 3);
        socket.setKeepAlive(true);
        socket.connect(listener.localAddress());
        socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        client = NetworkSockets.connection(socket);
        assertThat(client.keepAlive()).isEqualTo(SHORT);
        link().partition();

        assertTimesOutAfter(TIMEOUT);
        socket.setKeepAlive(false);
        assertThat(client.keepAlive().enabled()).isFalse();
    }

    @Test
    void anAcceptedSocketInheritsTheTimes() throws Exception {
        ServerSocket listening = NetworkSockets.serverSocketFactory(db).createServerSocket(81);
        listening.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 3);
        app.connect("db:81");
        Socket accepted = listening.accept();
        accepted.setOption(StandardSocketOptions.SO_KEEPALIVE, true);

        assertThat(NetworkSockets.connection(accepted).keepAlive())
                .isEqualTo(KeepAlive.of(Duration.ofSeconds(3), Duration.ofSeconds(75), 9));
    }
}
