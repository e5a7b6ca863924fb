package dev.nettest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Code under test that owns its executor, shuts it down and waits for it, on a clock that the test moves. */
class OwnedExecutorTest {

    private final VirtualClock clock = new VirtualClock();
    private final Network network =
            Network.create(NetworkConfig.builder().clock(clock).build());
    private final ExecutorService owned = network.newExecutor();
    private final Future<Boolean> owner = network.executor().submit(() -> {
        owned.execute(this::workForAMinute);
        owned.shutdown();
        return owned.awaitTermination(90, TimeUnit.SECONDS);
    });

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void theWaitEndsWithTheLastTask() throws Exception {
        clock.advance(Duration.ofSeconds(59));
        assertThat(owner).isNotDone();

        clock.advance(Duration.ofSeconds(1));
        assertThat(owner).isDone();
        assertThat(owner.get()).isTrue();
    }

    @Test
    void theWaitEndsWithItsTimeout() throws Exception {
        Future<Boolean> impatient = network.executor().submit(() -> owned.awaitTermination(30, TimeUnit.SECONDS));

        clock.advance(Duration.ofSeconds(30));

        assertThat(impatient).isDone();
        assertThat(impatient.get()).isFalse();
    }

    private void workForAMinute() {
        try {
            clock.sleep(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
