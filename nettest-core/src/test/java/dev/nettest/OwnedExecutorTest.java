package dev.nettest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Code under test owns an executor, shuts it down and awaits its end, on a manual clock. */
class OwnedExecutorTest {

    private final VirtualClock clock = VirtualClock.manual();
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
    void awaitTerminationEndsWithTheLastTask() throws Exception {
        clock.advanceTimeBy(Duration.ofSeconds(59));
        assertThat(owner).isNotDone();

        clock.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(owner).isDone();
        assertThat(owner.get()).isTrue();
    }

    @Test
    void awaitTerminationEndsWithItsTimeout() throws Exception {
        Future<Boolean> impatient = network.executor().submit(() -> owned.awaitTermination(30, TimeUnit.SECONDS));

        clock.advanceTimeBy(Duration.ofSeconds(30));

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
