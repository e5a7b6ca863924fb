package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.KeepAlive;
import dev.nettest.internal.sync.Timers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The instant at which a writer gives up, on a clock that the test sets. */
class SilenceTimerTest {
    private static final long USER = 1_000;
    private static final long ORPHAN = 200;
    private static final KeepAlive PROBES = KeepAlive.of(Duration.ofNanos(100), Duration.ofNanos(30), 3);

    private final ManualTimers timers = new ManualTimers();
    private final StreamEndpoint writer = StreamEndpoint.pair(new SegmentPool(), 9, 9, false);
    private final SilenceTimer silence = new SilenceTimer(new TcpTimeouts(timers, USER, ORPHAN, 1), writer);

    private void assertStopped() {
        assertThat(silence.at()).isEqualTo(Timers.NEVER);
        assertThat(silence.isProbe()).isFalse();
        assertThat(silence.isKeepAlive()).isFalse();
    }

    private void update(boolean unanswered, boolean silent) {
        silence.update(unanswered, silent, false);
    }

    // ---- an ACK is missing

    @Test
    void theWriterGivesUpSomeTimeAfterTheFirstMissingAck() {
        assertStopped();
        timers.now = 5;
        update(true, true);
        timers.now = 50;
        update(true, true);
        assertThat(silence.at()).isEqualTo(5 + USER);
        assertThat(silence.isKeepAlive()).isFalse();

        update(false, false);
        assertStopped();

        update(true, true);
        assertThat(silence.at()).isEqualTo(50 + USER);
    }

    @Test
    void aClosedWriterGivesUpEarlierUnlessItsCloseWaits() {
        writer.closed = true;

        silence.update(true, true, false);
        assertThat(silence.at()).isEqualTo(ORPHAN);
        silence.update(true, true, true);
        assertThat(silence.at()).isEqualTo(USER);
    }

    @Test
    void aResetWriterWaitsForNothing() {
        silence.settings(PROBES);
        update(true, true);
        writer.abort();

        update(true, true);

        assertStopped();
    }

    // ---- keep-alive

    @Test
    void aSilentPeerIsGivenUpAfterItsProbes() {
        silence.settings(PROBES);

        update(false, true);
        assertThat(silence.at()).isEqualTo(100 + 3 * 30);
        assertThat(silence.isKeepAlive()).isTrue();
        assertThat(silence.isProbe()).isFalse();

        timers.now = 150;
        update(false, true);
        assertThat(silence.at()).as("the silence goes on").isEqualTo(190);
    }

    @Test
    void earlierProbesWereAnswered() {
        silence.settings(PROBES);
        timers.now = 250;

        update(false, true);

        assertThat(silence.at()).isEqualTo(200 + 100 + 90);
    }

    @Test
    void aSegmentThatIsStillToArriveCountsFromItsArrival() {
        silence.settings(PROBES);
        silence.hear(40);

        update(false, true);

        assertThat(silence.at()).isEqualTo(40 + 100 + 90);
    }

    @Test
    void anAnswerEndsTheSilence() {
        silence.settings(PROBES);
        update(false, true);
        timers.now = 150;

        update(false, false);
        assertStopped();
        timers.now = 160;
        update(false, true);

        assertThat(silence.at()).isEqualTo(150 + 100 + 90);
    }

    @Test
    void aLongAnsweredPeerWasHeardAtItsProbesOnly() {
        silence.settings(PROBES);
        timers.now = 150;
        update(false, false);
        update(false, true);

        assertThat(silence.at()).isEqualTo(100 + 100 + 90);
    }

    @Test
    void newSettingsStartAgain() {
        assertThat(silence.settings()).isEqualTo(KeepAlive.OFF);
        silence.settings(PROBES);
        update(false, true);
        timers.now = 50;

        silence.settings(KeepAlive.of(Duration.ofNanos(7), Duration.ofNanos(5), 2));
        update(false, true);

        assertThat(silence.at()).isEqualTo(50 + 7 + 2 * 5);
        silence.settings(KeepAlive.OFF);
        update(false, true);
        assertStopped();
    }

    @Test
    void nothingIsProbedWithoutKeepAlive() {
        silence.hear(10);

        update(false, true);

        assertStopped();
    }

    @Test
    void noConnectionIsProbedThatIsNotOpenOrIsLocal() {
        silence.settings(PROBES);
        update(false, true);
        writer.connecting = true;
        update(false, true);
        assertStopped();
        writer.connecting = false;
        update(false, true);
        assertThat(silence.isKeepAlive()).isTrue();

        writer.closed = true;
        update(false, true);
        assertStopped();

        StreamEndpoint unix = StreamEndpoint.pair(new SegmentPool(), 9, 9, true);
        SilenceTimer local = new SilenceTimer(new TcpTimeouts(timers, USER, ORPHAN, 1), unix);
        local.settings(PROBES);
        local.update(false, true, false);
        assertThat(local.at()).isEqualTo(Timers.NEVER);
    }

    @Test
    void probesWithoutAnEndAreNeverGivenUp() {
        silence.settings(KeepAlive.of(Duration.ofNanos(100), Duration.ofNanos(Long.MAX_VALUE / 3 + 1), 3));
        update(false, true);
        assertThat(silence.at()).isEqualTo(Timers.NEVER);
        assertThat(silence.isKeepAlive()).isTrue();

        timers.now = -10;
        silence.settings(KeepAlive.of(Duration.ofNanos(1), Duration.ofNanos(Long.MAX_VALUE / 3), 3));
        update(false, true);
        assertThat(silence.at()).isEqualTo(-9 + Long.MAX_VALUE / 3 * 3);
    }

    // ---- a peer that has vanished answers a probe with an RST

    @Test
    void aVanishedPeerAnswersTheNextProbe() {
        silence.settings(PROBES);
        writer.peer().closed = true;
        timers.now = 250;

        update(false, false);
        assertThat(silence.at()).isEqualTo(300);
        assertThat(silence.isProbe()).isTrue();
        assertThat(silence.isKeepAlive()).isFalse();

        timers.now = 260;
        update(false, false);
        assertThat(silence.at()).isEqualTo(300);
    }

    @Test
    void afterASilenceProbesFollowEachOtherFaster() {
        writer.peer().closed = true;
        assertThat(probeAfterSilenceUntil(50)).as("the first probe").isEqualTo(100);
        assertThat(probeAfterSilenceUntil(100)).isEqualTo(130);
        assertThat(probeAfterSilenceUntil(135)).isEqualTo(160);
    }

    private long probeAfterSilenceUntil(long end) {
        timers.now = 0;
        silence.settings(PROBES);
        update(false, true);
        timers.now = end;
        update(false, false);
        return silence.at();
    }

    @Test
    void aMissingAckComesBeforeKeepAlive() {
        silence.settings(PROBES);
        update(false, true);

        update(true, true);

        assertThat(silence.at()).isEqualTo(USER);
        assertThat(silence.isKeepAlive()).isFalse();
    }

    // ---- the times of Linux

    @Test
    void theTimesAreSumsOfTimeoutsThatDouble() {
        TcpTimeouts defaults = TcpTimeouts.of(timers, 15, 6);

        assertThat(defaults.user()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(924_600));
        assertThat(defaults.orphan()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(102_200));
        assertThat(defaults.connect()).isEqualTo(TimeUnit.SECONDS.toNanos(127));
        assertThat(TcpTimeouts.of(timers, 0, 0).user()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(TcpTimeouts.of(timers, 0, 0).connect()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    }
}
