package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Snapshot;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The exact network snapshot in a failure. */
class DiagnosisTest extends NetworkFixture {
    DiagnosisTest() {
        super(NetworkConfig.builder().seed(42));
    }

    @Test
    void showsListenersEndsFaultsEventsClockAndSeed() throws Exception {
        Listener web = network.listen("10.0.0.1:80");
        network.listen("[2001:db8::1]:443").backlog(3);
        Connection client = web.connect(dialling -> dialling.localAddress("10.0.0.2:1000"));
        Connection server = web.accept();
        web.connect(dialling -> dialling.localAddress("10.0.0.3:1000"));
        web.faults().read(Fault.reset().afterBytes(1024));
        server.faults().write(Fault.failWith(new IOException("boom")).once());
        catchThrowable(() -> Text.write(server, "x"));
        Text.write(client, "GET /");
        Text.read(server, 3);
        client.shutdownOutput();
        clock.advanceTimeBy(Duration.ofMillis(1500));

        Background<Void> await =
                Background.run("waiter", () -> client.awaitReadable(10, SECOND)).awaitParked();
        clock.advanceTimeBy(SECOND);

        assertThat(await.failure()).hasMessage("""
                    after 1 s still waiting for connection 10.0.0.2:1000 -> 10.0.0.1:80 (FIN_WAIT) to be readable (10 bytes)
                    Proto  State        Recv-Q  Send-Q  Local              Remote         Notes
                    tcp    LISTEN            1      51  10.0.0.1:80        *              no accept waits; read reset().afterBytes(1024) fired 0
                    tcp    LISTEN            0       4  [2001:db8::1]:443  *
                    tcp    FIN_WAIT          0       2  10.0.0.2:1000      10.0.0.1:80
                    tcp    CLOSE_WAIT        2       0  10.0.0.1:80        10.0.0.2:1000  write failWith(java.io.IOException: boom).once() fired 1
                    tcp    ESTABLISHED       0       0  10.0.0.3:1000      10.0.0.1:80
                    tcp    ESTABLISHED       0       0  10.0.0.1:80        10.0.0.3:1000
                    clock: virtual clock at 2500 ms, seed: 42
                    trace:
                           10.0.0.2                   10.0.0.1      10.0.0.3   2001:db8:0:0:0:0:0:1
                      0 s      |                          | listen :80  |                |
                               |                          |             |                | listen :443
                           #1  |-------- SYN :80 -------->|             |                |
                           #1  |                          | accept      |                |
                           #2  |                          |<- SYN :80 --|                |
                          !#1  |                          | fault: write failWith(java.io.IOException: boom).once(), declared at DiagnosisTest.java:33
                          !#1  |                          | write failed: boom           |
                           #1  |---- 5 bytes "GET /" ---->|             |                |
                           #1  |                          | read 3 bytes |                |
                           #1  |-- FIN, shutdown output ->|             |                |
                               : 2.5 s later              :             :                :
                    2.5 s !#1  | await readable (10 bytes) timed out after 1 s           |""");
    }

    @Test
    void showsFortyRowsOfTheTrace() throws Exception {
        Connection end = end();
        for (int i = 0; i < 100; i++) {
            Text.write(end, "x".repeat(1 + i));
            Text.read(end.peer());
        }

        String message = network.failure("look").getMessage();

        assertThat(message.lines().filter(line -> line.contains("#1"))).hasSize(40);
        assertThat(message)
                .contains(" | ... 60 rows omitted ... ")
                .contains(" 61 bytes \"xxxxxxxxxxxxxxxxxxxxxxxx...\", read ")
                .doesNotContain(" 60 bytes ");
    }

    @Test
    void namesClosedEnds() throws Exception {
        Connection end = end();
        end.close();
        end.peer().close();

        assertThat(network.failure("look"))
                .hasMessage("look"
                        + "\n(no listener, no connection)\nclock: virtual clock at 0 s, seed: 42"
                        + "\ntrace:"
                        + "\n     localhost     localhost:49152"
                        + "\n0 s  #1  |-- FIN, close ->|"
                        + "\n     #1  |<- FIN, close --|");
    }

    @Test
    void namesAVirtualClockThatWasNotAdvanced() throws Exception {
        try (Network stuck = Network.create(NetworkConfig.builder()
                .clock(clock)
                .awaitLimit(Duration.ofMillis(20))
                .build())) {
            Connection end = stuck.pair().client();

            Throwable limited = catchThrowable(() -> end.awaitReadable(Duration.ofMinutes(90)));
            Throwable listening = catchThrowable(() -> stuck.awaitListening("10.0.0.1:80"));
            Throwable endless = catchThrowable(() -> end.awaitReadable(Duration.ofSeconds(Long.MAX_VALUE)));

            assertThat(limited)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("after 20 ms of real time still waiting for " + end
                            + " to be readable; the virtual clock was not advanced by the limit of 90 min\nProto ");
            assertThat(listening)
                    .hasMessageStartingWith("after 20 ms of real time still waiting for a listener on 10.0.0.1:80;"
                            + " the virtual clock was not advanced by the limit of 20 ms\n");
            assertThat(endless)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("still waiting for " + end
                            + " to be readable; the virtual clock was not advanced far enough\n");
        }
    }

    @Test
    void theSystemClockIsNamed() {
        try (Network real = Network.create()) {
            assertThat(real.snapshot()).hasToString("(no listener, no connection)\nclock: system clock, seed: 1");
        }
    }

    @Test
    void showsAWaitingConnect() throws Exception {
        Listener listener = network.listen("10.0.0.1:80").backlog(1);
        listener.connect();
        listener.connect();
        Background<Connection> dial = Background.call(
                        () -> listener.connect(dialling -> dialling.localAddress("10.0.0.2:1000")))
                .awaitParked();

        assertThat(network.snapshot().connections())
                .extracting(Snapshot.Row::state)
                .containsExactly("ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "SYN_SENT");
        listener.close();
        assertThat(dial.failure()).hasMessage("Connection refused");
    }

    @Test
    void snapshotSeparatesListenersAndConnections() throws Exception {
        network.listen("10.0.0.1:80");
        Connection end = end();
        Text.write(end.peer(), "abc");

        Snapshot snapshot = network.snapshot();

        assertThat(snapshot.listeners()).hasSize(1);
        assertThat(snapshot.connections()).hasSize(2);
        assertThat(snapshot.connections().get(0))
                .isEqualTo(new Snapshot.Row("tcp", "ESTABLISHED", 3, 0, end.localAddress(), end.remoteAddress(), ""));
        assertThat(snapshot.seed()).isEqualTo(42);
        assertThat(snapshot.clock()).isEqualTo("virtual clock at 0 s");
    }

    @Test
    void toStringShowsTheStatesOfAConnection() throws Exception {
        Connection end = end();
        assertThat(end).hasToString("connection 127.0.0.1:49153 -> 127.0.0.1:49152 (ESTABLISHED)");
        end.shutdownOutput();
        assertThat(end).hasToString("connection 127.0.0.1:49153 -> 127.0.0.1:49152 (FIN_WAIT)");
        assertThat(end.peer()).hasToString("connection 127.0.0.1:49152 -> 127.0.0.1:49153 (CLOSE_WAIT)");
        end.peer().shutdownOutput();
        assertThat(end).hasToString("connection 127.0.0.1:49153 -> 127.0.0.1:49152 (LAST_ACK)");
        end.peer().reset();
        assertThat(end).hasToString("connection 127.0.0.1:49153 -> 127.0.0.1:49152 (RESET)");
        assertThat(end.peer()).hasToString("connection 127.0.0.1:49152 -> 127.0.0.1:49153 (CLOSED)");
    }
}
