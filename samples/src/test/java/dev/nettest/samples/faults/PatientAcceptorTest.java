package dev.nettest.samples.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.server.InMemory;
import dev.nettest.samples.server.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that survives a temporary lack of file descriptors. */
class PatientAcceptorTest {

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    // snippet: back-off-java
    @Test
    void backsOffTwiceAndThenAccepts(Network network) throws Exception {
        Listener listener = network.listen();
        listener.faults()
                .accept(Fault.failWith(() -> new IOException("Too many open files"))
                        .first(2));
        PatientAcceptor acceptor = new PatientAcceptor(InMemory.acceptor(listener), clock::sleep);
        Future<Wire> accepted = network.executor().submit(acceptor::accept);
        listener.connect();

        clock.advanceTimeBy(Duration.ofMillis(5 + 10).minusNanos(1));
        assertThat(accepted).isNotDone();

        clock.advanceTimeBy(Duration.ofNanos(1));
        accepted.get().close();
    }
    // end snippet

    @Test
    void aPauseIsAtMostOneSecond(Network network) throws Exception {
        Listener listener = network.listen();
        listener.faults()
                .accept(Fault.failWith(() -> new IOException("Too many open files"))
                        .first(20));
        PatientAcceptor acceptor = new PatientAcceptor(InMemory.acceptor(listener), clock::sleep);
        Future<Wire> accepted = network.executor().submit(acceptor::accept);
        listener.connect();

        // 5, 10, 20, ... 640 ms are 1,275 ms; then twelve pauses of a second
        clock.advanceTimeBy(Duration.ofMillis(13_275).minusNanos(1));
        assertThat(accepted).isNotDone();

        clock.advanceTimeBy(Duration.ofNanos(1));
        accepted.get().close();
    }
}
