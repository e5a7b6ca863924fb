package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handshakes that meet a partition, a loss or a close. */
class LinkConnectTest extends NetworkFixture {
    private static final Duration ONE_WAY = Duration.ofMillis(50);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);
    private Listener listener;

    @BeforeEach
    void listen() throws Exception {
        listener = db.listen(80);
    }

    private CompletableFuture<Connection> dial() {
        return app.connectAsync("db:80").toCompletableFuture();
    }

    // ---- partitions and pauses

    @Test
    void aSynSentBeforeAPartitionWaitsForTheRepair() throws Exception {
        link.latency(ONE_WAY);
        CompletableFuture<Connection> dial = dial();

        link.partition();
        clock.advanceTimeBy(SECOND);
        assertThat(dial).isNotDone();
        link.repair();
        clock.advanceTimeBy(ONE_WAY.multipliedBy(2));

        assertThat(dial).isCompleted();
        clock.advanceTimeBy(ONE_WAY);
        assertThat(listener.tryAccept()).isNotNull();
    }

    @Test
    void aSynAckDoesNotCrossAPartition() throws Exception {
        link.latency(ONE_WAY);
        CompletableFuture<Connection> dial = dial();
        clock.advanceTimeBy(ONE_WAY);

        link.backward().partition();
        clock.advanceTimeBy(SECOND);
        assertThat(dial).isNotDone();
        link.repair();
        clock.advanceTimeBy(ONE_WAY);

        assertThat(dial).isCompleted();
    }

    @Test
    void aRefusalDoesNotCrossAPartition() throws Exception {
        listener.close();
        link.latency(ONE_WAY);
        CompletableFuture<Connection> dial = dial();
        clock.advanceTimeBy(ONE_WAY);

        link.partition();
        clock.advanceTimeBy(SECOND);
        assertThat(dial).isNotDone();
        link.repair();
        clock.advanceTimeBy(ONE_WAY.multipliedBy(2));

        assertThatThrownBy(dial::join)
                .cause()
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void theAckDoesNotCrossAPartition() throws Exception {
        link.latency(ONE_WAY);
        CompletableFuture<Connection> dial = dial();
        clock.advanceTimeBy(ONE_WAY.multipliedBy(2));
        Text.write(dial.join(), "hello");

        link.partition();
        clock.advanceTimeBy(SECOND);
        assertThat(listener.isAcceptable()).isFalse();
        link.repair();
        clock.advanceTimeBy(ONE_WAY);

        assertThat(Text.tryRead(listener.accept())).isEqualTo("hello");
    }

    @Test
    void aSynAckWaitsForAPausedHost() throws Exception {
        link.latency(ONE_WAY);
        CompletableFuture<Connection> dial = dial();
        clock.advanceTimeBy(ONE_WAY);

        app.pause();
        clock.advanceTimeBy(SECOND);
        assertThat(dial).isNotDone();
        app.resume();

        assertThat(dial).isCompleted();
    }

    @Test
    void aConnectThatWaitsForTheBacklogDoesNotCrossALaterPartition() throws Exception {
        listener.backlog(1);
        app.connect("db:80");
        app.connect("db:80");
        CompletableFuture<Connection> dial = dial();

        link.partition();
        listener.accept();
        assertThat(dial).isNotDone();
        link.repair();

        assertThat(dial).isCompleted();
    }

    @Test
    void aConnectThatWaitsForAHostMeetsTheFirstLink() throws Exception {
        db.pause();
        CompletableFuture<Connection> dial = dial();

        network.partition(app, db); // nothing was set on any link until now
        db.resume();
        assertThat(dial).isNotDone();
        network.repair();

        assertThat(dial).isCompleted();
    }

    /** A connect that takes no time competes with the handshakes in flight. */
    @Test
    void aReservedSlotIsNotGivenToALocalConnect() throws Exception {
        listener.backlog(1);
        link.latency(ONE_WAY);
        CompletableFuture<Connection> one = dial();
        CompletableFuture<Connection> two = dial();
        clock.advanceTimeBy(ONE_WAY); // both SYNs arrived

        CompletableFuture<Connection> local = db.connectAsync("db:80").toCompletableFuture();

        assertThat(local).isNotDone();
        clock.advanceTimeBy(ONE_WAY.multipliedBy(2));
        assertThat(one).isCompleted();
        assertThat(two).isCompleted();
        assertThat(local).isNotDone();
        listener.accept();
        assertThat(local).isCompleted();
    }

    // ---- loss

    /** A SYN is sent again after 1 s, 2 s, 4 s and so on, a SYN-ACK and an ACK too. */
    @Test
    void aPartlyLossyLinkDelaysAConnectByItsRetries() throws Exception {
        listener.backlog(1_000);
        link.forward().impair(Impairment.builder().loss(0.5).build());
        Set<Long> seconds = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            long start = clock.nanoTime();
            CompletableFuture<Connection> dial = dial();
            while (!dial.isDone()) {
                clock.advanceToNext();
            }
            if (!dial.isCompletedExceptionally()) {
                seconds.add(Duration.ofNanos(clock.nanoTime() - start).toSeconds());
            }
        }

        assertThat(seconds).startsWith(0L, 1L, 3L, 7L).isSubsetOf(0L, 1L, 3L, 7L, 15L, 31L, 63L);
    }

    @Test
    void aSynAckWhoseRetriesAreLostReleasesItsSlot() throws Exception {
        listener.backlog(1);
        link.backward().impair(Impairment.builder().loss(1).build());
        CompletableFuture<Connection> one = dial();
        CompletableFuture<Connection> two = dial();
        clock.advanceTimeBy(Duration.ofSeconds(127));
        assertThatThrownBy(one::join).cause().hasMessage("Connection timed out");
        assertThatThrownBy(two::join).cause().hasMessage("Connection timed out");

        link.impair(Impairment.NONE);

        assertThat(dial()).isCompleted();
    }

    @Test
    void anAckWhoseRetriesAreLostLeavesNothing() throws Exception {
        listener.backlog(1);
        link.latency(ONE_WAY);
        CompletableFuture<Connection> one = dial();
        CompletableFuture<Connection> two = dial();
        clock.advanceTimeBy(ONE_WAY);
        link.forward().impair(Impairment.builder().loss(1).build());
        clock.advanceTimeBy(ONE_WAY);
        Connection client = one.join();
        two.join();
        link.impair(Impairment.NONE);

        assertThat(dial()).isCompleted(); // the slot is free
        Text.write(client, "is anybody there?");

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    @Test
    void aSynWhoseRetriesAreLostIsSentAgainWhenTheLinkChanges() throws Exception {
        link.impair(Impairment.builder().loss(1).build());
        CompletableFuture<Connection> dial = dial();
        clock.advanceTimeBy(SECOND);

        link.impair(Impairment.NONE);

        assertThat(dial).isCompleted();
    }

    // ---- leftovers

    @Test
    void aConnectTimedOutByAPartitionLeavesNoTimer() throws Exception {
        link.partition();
        CompletableFuture<Connection> dial = dial();
        clock.advanceTimeBy(Duration.ofSeconds(127));
        assertThatThrownBy(dial::join).cause().hasMessage("Connection timed out");
        long failed = clock.nanoTime();

        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isEqualTo(failed);
    }

    @Test
    void aConnectWhoseEndWasClosedLeavesNoTimer() throws Exception {
        link.partition();
        List<Connection> dialling = new ArrayList<>();
        CompletableFuture<Connection> dial =
                app.connectAsync("db:80", dialling::add).toCompletableFuture();

        dialling.get(0).close();
        assertThat(dial).isCompletedExceptionally();
        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void aReservedSlotStaysWhenTheBacklogShrinks() throws Exception {
        link.latency(ONE_WAY);
        CompletableFuture<Connection> one = dial();
        CompletableFuture<Connection> two = dial();
        CompletableFuture<Connection> three = dial();
        clock.advanceTimeBy(ONE_WAY);

        listener.backlog(1);
        clock.advanceTimeBy(SECOND);
        one.join();
        two.join();
        three.join();

        assertThat(listener.tryAccept()).isNotNull();
        assertThat(listener.tryAccept()).isNotNull();
        assertThat(listener.tryAccept()).isNotNull();
    }
}
