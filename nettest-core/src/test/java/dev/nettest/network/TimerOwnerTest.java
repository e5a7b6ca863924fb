package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** No timer outlives the fault, the endpoint or the network that needs it. */
class TimerOwnerTest extends NetworkFixture {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void aTriggerEndsWithItsConnection() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().faults().read(Fault.stall().after(HOUR));
        pair.client().faults().write(Fault.stall().after(HOUR));

        pair.client().close();

        assertNoTimer();
    }

    @Test
    void aTriggerEndsWithItsFault() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle early = pair.client().faults().read(Fault.stall().after(HOUR));
        FaultHandle late = pair.client().faults().read(Fault.stall().after(HOUR.multipliedBy(2)));

        early.close();
        assertThat(clock.advanceToNext()).isTrue();
        assertThat(clock.nanoTime()).isEqualTo(HOUR.multipliedBy(2).toNanos());
        late.close();

        assertNoTimer();
    }

    @Test
    void aTriggerEndsWithItsListener() throws Exception {
        Listener listener = network.listen("localhost:80");
        listener.faults().accept(Fault.stall().after(HOUR));

        listener.close();

        assertNoTimer();
    }

    @Test
    void aTriggerEndsWithItsDatagramEndpoint() throws Exception {
        DatagramEndpoint endpoint = network.bindDatagram();
        endpoint.faults().send(Fault.stall().after(HOUR));
        endpoint.faults().receive(Fault.stall().after(HOUR));

        endpoint.close();

        assertNoTimer();
    }

    @Test
    void triggersOfAllKindsEndWithTheNetwork() throws Exception {
        network.faults().read(Fault.stall().after(HOUR));
        network.faults().write(Fault.stall().after(HOUR));
        network.faults().accept(Fault.stall().after(HOUR));
        network.faults().receive(Fault.stall().after(HOUR));
        network.faults().send(Fault.stall().after(HOUR));
        Listener listener = network.listen("localhost:80");
        listener.connect();
        listener.accept();
        network.pair();
        network.bindDatagram();

        network.shutdown();

        assertNoTimer();
    }

    @Test
    void aDelayedReadEndsWithItsConnection() throws Exception {
        ConnectionPair pair = network.pair();
        pair.server().faults().read(Fault.delayed(HOUR));
        Text.write(pair.client(), "x");
        assertThat(pair.server().tryRead(ByteBuffer.allocate(1))).isZero();

        pair.server().close();

        assertNoTimer();
    }

    @Test
    void aDelayedReadEndsWithItsFault() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle fault = pair.server().faults().read(Fault.delayed(HOUR));
        Text.write(pair.client(), "x");

        fault.close();

        assertThat(Text.read(pair.server())).isEqualTo("x");
        assertNoTimer();
    }

    @Test
    void aPeriodOfADripEndsWithItsConnection() throws Exception {
        ConnectionPair pair = network.pair();
        pair.server().faults().read(Fault.drip(1, HOUR));
        pair.server().faults().write(Fault.drip(1, HOUR));
        Text.write(pair.client(), "ab");
        assertThat(Text.read(pair.server())).isEqualTo("a");
        assertThat(pair.server().tryWrite(ByteBuffer.allocate(2))).isEqualTo(1);

        pair.server().close();

        assertNoTimer();
    }

    @Test
    void aPeriodOfADripEndsWithItsFault() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle fault = pair.server().faults().read(Fault.drip(1, HOUR));
        Text.write(pair.client(), "ab");
        assertThat(Text.read(pair.server())).isEqualTo("a");

        fault.close();

        assertThat(Text.read(pair.server())).isEqualTo("b");
        assertNoTimer();
    }

    @Test
    void aTriggerEndsWithItsFaultWhileThereIsNoDatagram() throws Exception {
        DatagramEndpoint endpoint = network.bindDatagram();
        endpoint.faults().receive(Fault.drop().matching(operation -> operation.length() > 1_000));
        FaultHandle stall = endpoint.faults().receive(Fault.stall().after(HOUR));
        network.bindDatagram().send(ByteBuffer.allocate(1), endpoint.localAddress());
        assertThat(endpoint.tryReceive(ByteBuffer.allocate(1))).isNotNull();

        stall.close();

        assertNoTimer();
    }

    @Test
    void aDelayedAcceptEndsWithItsListener() throws Exception {
        Listener listener = network.listen("localhost:80");
        listener.faults().accept(Fault.delayed(HOUR));
        listener.connect();
        assertThat(listener.tryAccept()).isNull();

        listener.close();

        assertNoTimer();
    }

    @Test
    void aDelayedCloseEndsWithThePeer() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().faults().close(Fault.delayed(HOUR));
        pair.client().close();

        pair.server().close();

        assertNoTimer();
    }

    @Test
    void aDelayedCloseEndsWithTheNetwork() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().faults().close(Fault.delayed(HOUR));
        pair.client().close();

        network.shutdown();

        assertNoTimer();
    }

    @Test
    void aDelayedConnectEndsWithItsAttempt() throws Exception {
        Listener listener = network.listen("localhost:80");
        listener.faults().connect(Fault.delayed(HOUR));
        CompletableFuture<Connection> connect =
                network.connectAsync("localhost:80").toCompletableFuture();

        connect.cancel(false);

        assertNoTimer();
    }

    @Test
    void aDelayOfARefusedConnectEndsWithItsAttempt() throws Exception {
        Listener listener = network.listen("localhost:80");
        listener.faults().connect(Fault.delayed(HOUR));
        listener.faults().connect(Fault.refuse());
        CompletableFuture<Connection> connect =
                network.connectAsync("localhost:80").toCompletableFuture();
        assertThat(connect).isNotDone();

        connect.cancel(false);

        assertNoTimer();
    }

    @Test
    void aDelayedConnectEndsWithTheNetwork() throws Exception {
        Listener listener = network.listen("localhost:80");
        listener.faults().connect(Fault.delayed(HOUR));
        CompletableFuture<Connection> connect =
                network.connectAsync("localhost:80").toCompletableFuture();

        network.shutdown();

        assertThat(connect).isCompletedExceptionally();
        assertNoTimer();
    }

    @Test
    void aSegmentInFlightEndsWithItsAttempt() throws Exception {
        network.host("db", "10.0.0.5");
        network.link("localhost", "db").latency(HOUR);
        network.listen("db:80");
        CompletableFuture<Connection> connect = network.connectAsync("db:80").toCompletableFuture();

        connect.cancel(false);

        assertNoTimer();
    }

    @Test
    void everythingInFlightEndsWithTheNetwork() throws Exception {
        network.host("db", "10.0.0.5");
        network.link("localhost", "db").latency(Duration.ofMinutes(1));
        Listener listener = network.listen("db:80");
        CompletableFuture<Connection> connect = network.connectAsync("db:80").toCompletableFuture();
        clock.advanceTimeBy(Duration.ofMinutes(2));
        assertThat(connect).isCompleted(); // the ACK is in flight
        network.bindDatagram().send(ByteBuffer.allocate(1), "db:90");
        network.connectAsync("db:80");
        assertThat(listener.isAcceptable()).isFalse();

        network.shutdown();

        assertNoTimer();
    }

    @Test
    void delayedTasksEndWithTheNetwork() throws Exception {
        network.executor().schedule(() -> {}, 1, TimeUnit.HOURS);

        network.shutdown();

        assertNoTimer();
    }

    private void assertNoTimer() {
        assertThat(clock.advanceToNext()).as("a timer is left").isFalse();
    }
}
