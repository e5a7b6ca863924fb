package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Waiting for a server that another thread starts. */
class AwaitListeningTest extends NetworkFixture {
    @Test
    void returnsAnExistingListener() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");

        assertThat(network.awaitListening("10.0.0.1:80")).isSameAs(listener);
        assertThat(network.awaitListening("10.0.0.1:80", Duration.ZERO)).isSameAs(listener);
        assertThat(network.awaitListening(listener.localAddress())).isSameAs(listener);
        assertThat(network.awaitListening(listener.localAddress(), SECOND)).isSameAs(listener);
    }

    @Test
    void waitsForTheListener() throws Exception {
        Background<Listener> await = Background.call(network, () -> network.awaitListening("10.0.0.1:80"))
                .awaitParked();
        network.listen("10.0.0.1:81");
        network.listen("10.0.0.2:80");
        await.assertWaits();

        Listener listener = network.listen("10.0.0.1:80");

        assertThat(await.result()).isSameAs(listener);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:80, *:80",
        "[::1]:80, *:80",
        "localhost:80, 127.0.0.1:80",
        "*:80, 127.0.0.1:80",
        "0.0.0.0:80, 127.0.0.1:80",
        "[::]:80, [::1]:80",
        "10.0.0.1:0, 10.0.0.1:7",
        "10.0.0.1:0, *:7",
        "localhost:0, 127.0.0.1:0"
    })
    void findsAListenerLikeAConnect(String awaited, String bound) throws Exception {
        Background<Listener> await =
                Background.call(() -> network.awaitListening(awaited)).awaitParked();

        Listener listener = network.listen(bound);

        assertThat(await.result()).isSameAs(listener);
    }

    @Test
    void failsAtTheLimit() {
        Background<Listener> fixed = Background.call(() -> network.awaitListening("10.0.0.1:80", SECOND))
                .awaitParked();
        Background<Listener> any = Background.call(() -> network.awaitListening("10.0.0.1:0", SECOND.multipliedBy(2)))
                .awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(fixed.failure())
                .isInstanceOf(AssertionError.class)
                .message()
                .matches("after 1 s still waiting for a listener on 10\\.0\\.0\\.1:80\nthese wait:\n"
                        + "  thread \"background\" in awaitListening of any port of 10\\.0\\.0\\.1,"
                        + " at AwaitListeningTest\\.java:\\d+\n"
                        + "\\(no listener, no connection\\)\nclock: virtual clock at 1 s, seed: 1");
        clock.advanceTimeBy(SECOND);
        assertThat(any.failure())
                .hasMessageStartingWith("after 2 s still waiting for a listener on any port of 10.0.0.1\n");
    }

    @Test
    void interruptEndsIt() {
        Background<Listener> await =
                Background.call(() -> network.awaitListening("10.0.0.1:80")).awaitParked();

        await.interrupt();

        assertThat(await.failure())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("interrupted while waiting for a listener on 10.0.0.1:80\n");
    }

    @Test
    void networkCloseEndsIt() {
        Background<Listener> await =
                Background.call(() -> network.awaitListening("10.0.0.1:80")).awaitParked();

        network.close();

        assertThat(await.failure())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("the network was closed while waiting for a listener on 10.0.0.1:80\n");
    }

    @Test
    void unknownNameFailsAtOnce() {
        assertThatThrownBy(() -> network.awaitListening("nowhere.test:80"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("nowhere.test");
    }

    @Test
    void ioExceptionOfTheServerIsThrown() {
        IOException failure = new IOException("port taken");
        assertDiesWith(failure, failure);
    }

    @Test
    void runtimeExceptionOfTheServerIsThrown() {
        RuntimeException failure = new IllegalStateException("misconfigured");
        assertDiesWith(failure, failure);
    }

    @Test
    void errorOfTheServerIsThrown() {
        Error failure = new NoClassDefFoundError("missing");
        assertDiesWith(failure, failure);
    }

    @Test
    void otherFailureOfTheServerIsWrapped() {
        Exception failure = new Exception("checked");
        CompletableFuture<Object> server = new CompletableFuture<>();
        server.completeExceptionally(failure);

        assertThatThrownBy(() -> network.awaitListening("10.0.0.1:80", server))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the server failed before it listened on 10.0.0.1:80")
                .hasCause(failure);
    }

    @Test
    void serverThatReturnsFailsTheAwait() {
        CompletableFuture<Object> server = new CompletableFuture<>();
        Background<Listener> await = Background.call(() -> network.awaitListening("10.0.0.1:80", server))
                .awaitParked();

        server.complete("done");

        assertThat(await.failure())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("the server ended before it listened on 10.0.0.1:80\n");
    }

    @Test
    void cancelledServerFailsTheAwait() {
        CompletableFuture<Object> future = new CompletableFuture<>();
        FutureTask<Object> task = new FutureTask<>(() -> null);
        Background<Listener> ofFuture = Background.call(() -> network.awaitListening("10.0.0.1:80", future))
                .awaitParked();
        Background<Listener> ofTask = Background.call(() -> network.awaitListening("10.0.0.1:80", task))
                .awaitParked();

        future.cancel(true);
        task.cancel(true);

        assertThat(ofFuture.failure()).isInstanceOf(CancellationException.class);
        assertThat(ofTask.failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void serverThatListensInTimeIsFound() throws Exception {
        FutureTask<Listener> server = new FutureTask<>(() -> network.listen("10.0.0.1:80"));
        Background<Listener> await = Background.call(() -> network.awaitListening("10.0.0.1:80", server))
                .awaitParked();

        Background.run(server::run);

        assertThat(await.result()).isSameAs(server.get());
    }

    @Test
    void aStageDoesTheSame() throws Exception {
        InetSocketAddress address = InetSocketAddress.createUnresolved("localhost", 80);
        var found = network.whenListening(address, SECOND).toCompletableFuture();
        Listener listener = network.listen("127.0.0.1:80");
        assertThat(found).isCompletedWithValue(listener);

        var late = network.whenListening(new InetSocketAddress(listener.port() + 1), SECOND)
                .toCompletableFuture();
        clock.advanceTimeBy(SECOND);
        assertThat(late).isCompletedExceptionally();
        var cancelled = network.whenListening(new InetSocketAddress(82), SECOND).toCompletableFuture();
        cancelled.cancel(false);
        assertThat(clock.advanceToNext()).isFalse();
        var closed = network.whenListening(new InetSocketAddress(83), SECOND).toCompletableFuture();
        network.close();
        assertThat(closed).isCompletedExceptionally();
        assertThat(network.whenListening(InetSocketAddress.createUnresolved("nowhere.test", 1), SECOND)
                        .toCompletableFuture())
                .isCompletedExceptionally();
    }

    private void assertDiesWith(Throwable failure, Throwable expected) {
        CompletableFuture<Object> future = new CompletableFuture<>();
        FutureTask<Object> task = new FutureTask<>(() -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (Exception) failure;
        });
        Background<Listener> ofFuture = Background.call(() -> network.awaitListening("10.0.0.1:80", future))
                .awaitParked();
        Background<Listener> ofTask = Background.call(() -> network.awaitListening("10.0.0.1:80", task))
                .awaitParked();

        future.completeExceptionally(failure);
        task.run();

        assertThat(ofFuture.failure()).isSameAs(expected);
        assertThat(ofTask.failure()).isSameAs(expected);
    }
}
