package dev.nettest.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.DatagramEndpoint;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A receive as a stage ends while a datagram arrives: either the stage has the datagram, or the queue keeps it. */
@Timeout(60)
class AsyncReceiveRaceTest extends NetworkFixture {
    private static final int ROUNDS = 2_000;

    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final CyclicBarrier start = new CyclicBarrier(2);
    private DatagramEndpoint sender;
    private DatagramEndpoint receiver;

    @BeforeEach
    void bind() throws IOException {
        sender = network.bindDatagram();
        receiver = network.bindDatagram();
    }

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    @Test
    void aCancellation() throws Exception {
        race(stage -> stage.cancel(false));
    }

    @Test
    void anOutsideCompletion() throws Exception {
        race(stage -> stage.complete(receiver.localAddress()));
    }

    @Test
    void anOutsideFailure() throws Exception {
        race(stage -> stage.completeExceptionally(new IOException("given up")));
    }

    @Test
    void theReceiveTimeout() throws Exception {
        receiver.receiveTimeout(SECOND);

        race(stage -> {
            clock.advanceTimeBy(SECOND);
            return stage.isCompletedExceptionally();
        });
    }

    @FunctionalInterface
    private interface Ending {
        /** Returns true if this ended the stage. */
        boolean of(CompletableFuture<SocketAddress> stage);
    }

    private void race(Ending ending) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            ByteBuffer target = ByteBuffer.allocate(9);
            CompletableFuture<SocketAddress> stage =
                    receiver.receiveAsync(target).toCompletableFuture();
            Future<Boolean> ended = pool.submit(() -> {
                start.await();
                return ending.of(stage);
            });
            start.await();
            sender.send(Text.bytes("x"), receiver.localAddress());

            boolean kept = ended.get();
            assertThat(stage).as("round %d", round).isDone();
            assertThat(target.position()).as("round %d", round).isEqualTo(kept ? 0 : 1);
            SocketAddress queued = receiver.tryReceive(target.clear());
            assertThat(queued != null).as("round %d", round).isEqualTo(kept);
            assertThat(clock.advanceToNext()).as("round %d", round).isFalse();
        }
    }
}
