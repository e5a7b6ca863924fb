package dev.nettest.samples.netty;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Netty's timeouts on a self-advancing clock: they take no real time, and are equal in each run. */
@NetworkTest(clock = SELF_ADVANCING)
@Timeout(60)
class NettyTimeTest {

    private TimedClients clients;

    @BeforeEach
    void startLoops(Network network) {
        clients = new TimedClients(network);
    }

    @AfterEach
    void stopLoops() {
        clients.close();
    }

    @Runs
    void aTaskInAnHour() throws Exception {
        assertThat(clients.task().get()).isEqualTo(Times.seconds("3600"));
    }

    // snippet: netty-self-advancing
    @Runs
    void aReadTimeout() throws Exception {
        assertThat(clients.readTimeout().get()).isEqualTo(Times.seconds("30.08")); // since the greeting arrived
    }
    // end snippet

    @Runs
    void anIdleHandler() throws Exception {
        assertThat(clients.idle().get()).isEqualTo(Times.seconds("30.08", "60.12", "90.16"));
    }

    @Runs
    void aConnectTimeout() throws Exception {
        assertThat(clients.connectTimeout().get()).isEqualTo(Times.seconds("30"));
    }

    @Runs
    void reconnects() throws Exception {
        assertThat(clients.reconnects().get()).isEqualTo(Times.seconds("0", "1.04", "3.08", "7.12", "15.16", "21.24"));
    }
}
