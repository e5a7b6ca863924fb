package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The report on failures that the network did not make. */
class ExplainTest extends NetworkFixture {

    @Test
    void aPlainAssertionGetsTheReport() throws Exception {
        network.listen("10.0.0.5:80");
        AssertionError failure = new AssertionError("expected 200 but was 500");

        network.explain(failure);

        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0]).hasMessage("""
                    the network of this test had seed 1 and the virtual clock at 0 s
                    Proto  State   Recv-Q  Send-Q  Local        Remote  Notes
                    tcp    LISTEN       0      51  10.0.0.5:80  *
                    clock: virtual clock at 0 s, seed: 1
                    trace:
                      10.0.0.5
                    0 s   | listen :80""");
    }

    @Test
    void theReportNamesTheWaiters() throws Exception {
        Connection client = end();
        Background<Integer> reading = Background.call(() -> client.read(ByteBuffer.allocate(1)));
        reading.awaitParked();
        Exception failure = new IOException("no answer");

        network.explain(failure);

        assertThat(failure.getSuppressed()[0].getMessage())
                .contains("\nthese wait:\n  thread \"background\" in read of 127.0.0.1:49153 -> 127.0.0.1:49152, at ");
    }

    @Test
    void aFailureGetsItOnce() throws Exception {
        network.listen("10.0.0.5:80");
        AssertionError failure = new AssertionError("twice");

        network.explain(failure);
        network.explain(failure);
        network.explain(new IOException("a wrapper", failure));

        assertThat(failure.getSuppressed()).hasSize(1);
    }

    @Test
    void aFailureOfTheNetworkHasItAlready() throws Exception {
        Connection client = end();
        Background<Void> await = Background.run(() -> client.awaitReadable(SECOND));
        await.awaitParked();
        clock.advanceTimeBy(SECOND);
        Throwable failure = await.failure();

        network.explain(failure);
        IllegalStateException wrapper = new IllegalStateException(failure);
        network.explain(wrapper);

        assertThat(failure.getSuppressed()).isEmpty();
        assertThat(wrapper.getSuppressed()).isEmpty();
    }

    @Test
    void theFramesInsideTheLibraryAreRemoved() throws Exception {
        Connection client = end();
        Throwable failure = catchThrowable(() -> client.readTimeout(Duration.ofDays(-1)));

        network.explain(failure);

        assertThat(failure.getStackTrace()[0].getClassName()).doesNotContain(".internal.");
        assertThat(failure.getStackTrace()[0].getMethodName()).contains("theFramesInsideTheLibraryAreRemoved");
    }

    @Test
    void aTaskThatFailedIsInTheReport() throws Exception {
        Future<?> task = network.executor().submit(() -> {
            throw new NullPointerException("request");
        });
        assertThat(catchThrowable(task::get)).isInstanceOf(ExecutionException.class);

        assertThat(network.failure("look").getMessage().replaceAll("java:[0-9]+", "java:*"))
                .contains("\ntasks that ended with an exception:\n"
                        + "  thread \"nettest-1\": java.lang.NullPointerException: request, at ExplainTest.java:*");
    }

    @Test
    void aTaskThatFailedBeforeItListenedIsInTheReport() throws Exception {
        Future<?> task = network.executor().submit(() -> {
            throw new IllegalStateException("no configuration");
        });
        assertThat(catchThrowable(task::get)).isInstanceOf(ExecutionException.class);
        AssertionError failure = new AssertionError("no server");

        network.explain(failure);

        assertThat(failure.getSuppressed()[0].getMessage())
                .contains("\n  thread \"nettest-1\": java.lang.IllegalStateException: no configuration, at ");
    }

    @Test
    void onlyTheLastTasksAreKept() throws Exception {
        for (int i = 0; i < 10; i++) {
            int number = i;
            Future<?> task = network.newExecutor().submit(() -> {
                throw new IllegalStateException("task " + number);
            });
            assertThat(catchThrowable(task::get)).isInstanceOf(ExecutionException.class);
        }

        assertThat(network.failure("look").getMessage())
                .contains("task 2", "task 9")
                .doesNotContain("task 1,");
    }
}
