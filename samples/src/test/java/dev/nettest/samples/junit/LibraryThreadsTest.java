package dev.nettest.samples.junit;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

// snippet: junit-threads
@NetworkTest(clock = SELF_ADVANCING, joinThreads = "Poller-.*")
class LibraryThreadsTest {

    /** As in a library that starts its own thread. */
    private final Executor library = task -> new Thread(task, "Poller-1").start();

    @Test
    void aPollTimesOut(Network network, VirtualClock clock) throws Exception {
        network.listen("10.0.0.5:110"); // connects, and never answers
        Mailbox mailbox = new Mailbox(NetworkSockets.socketFactory(network), "10.0.0.5");

        CompletableFuture<Integer> poll = new CompletableFuture<>();
        library.execute(() -> {
            try {
                poll.complete(mailbox.count());
            } catch (Exception e) {
                poll.completeExceptionally(e);
            }
        });

        assertThatThrownBy(poll::get).hasRootCauseMessage("Read timed out");
        assertThat(clock.nanoTime()).isEqualTo(Duration.ofSeconds(30).toNanos());
    }
}
// end snippet
