package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop that goes on to call a closed selector, or one of an ended network, is named. */
@Timeout(60)
class ClosedSelectorTest {

    private final Network network =
            Network.create(NetworkConfig.builder().checksLeaks(true).build());
    private final Selector selector = NetworkChannels.selectorProvider(network).openSelector();
    private final CountDownLatch exceptions = new CountDownLatch(10);
    private volatile boolean stopped;
    private Thread loop = new Thread("no loop");

    ClosedSelectorTest() throws IOException {}

    @AfterEach
    void stop() throws Exception {
        stopped = true;
        loop.join();
        network.shutdown();
    }

    @Test
    void aLoopThatIgnoresTheCloseIsNamed() throws Exception {
        start(this::selectAgainAndAgain);
        selector.close();
        exceptions.await();

        String line = "thread \"loop\" in select, at ClosedSelectorTest\\.java:\\d+, \\d+ times"
                + " since the selector was closed at ClosedSelectorTest\\.java:\\d+";
        assertThat(network.failure("a failure"))
                .message()
                .containsPattern("\nloops that ignore a close:\n  " + line + "$");
        assertThatThrownBy(network::close)
                .isInstanceOf(AssertionError.class)
                .message()
                .containsPattern("^loops that ignore a close:\n  " + line + "\nthe network when it was closed:\n");
    }

    @Test
    void aLoopThatEndedIsNotNamedAtTheEnd() throws Exception {
        Background<Void> running = start(this::selectAgainAndAgain);
        selector.close();
        exceptions.await();
        stopped = true;
        running.result();

        network.close();
    }

    @Test
    void aLoopThatTheEndOfTheNetworkEndsIsNotNamed() throws Exception {
        Background<Void> running = start(() -> {
            while (!network.isClosed()) {
                select();
            }
        });
        selector.close();
        exceptions.await();

        network.close();
        running.result();
    }

    @Test
    void aCallOrTwoAreNoLoop() throws Exception {
        selector.close();
        Throwable first = catchThrowable(() -> selector.select());
        Throwable second = catchThrowable(() -> selector.selectNow());
        String report = network.failure("a failure").getMessage();
        Throwable third = catchThrowable(() -> selector.select(1));

        assertThat(first).isInstanceOf(ClosedSelectorException.class);
        assertThat(first.getSuppressed()[0])
                .message()
                .matches("the selector was closed at ClosedSelectorTest\\.java:\\d+");
        assertThat(second.getSuppressed()[0]).hasMessage(first.getSuppressed()[0].getMessage());
        assertThat(report).doesNotContain("loops");
        assertThat(third.getSuppressed()[0]).hasMessageStartingWith("a loop ignores the close: thread \"");
    }

    @Test
    void aSelectorOfAnEndedNetworkEndsALoopThatPolls() throws Exception {
        SocketChannel channel = NetworkChannels.selectorProvider(network).openSocketChannel();
        channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        network.shutdown();

        int selects = 0;
        Throwable end = null;
        for (; end == null; selects++) {
            end = catchThrowable(() -> selector.selectNow());
        }

        assertThat(selects).isEqualTo(1001);
        assertThat(channel.isOpen()).isFalse();
        assertThat(selector.isOpen()).isFalse();
        assertThat(end).isInstanceOf(ClosedSelectorException.class);
        assertThat(end.getSuppressed()[0])
                .message()
                .matches("1000 selects after the end of the network the selector was closed"
                        + " at ClosedSelectorTest\\.java:\\d+");
    }

    @Test
    void aLoopThatIgnoresTheEndOfTheNetworkIsNamed() throws Exception {
        start(this::pollAgainAndAgain);

        network.shutdown();
        exceptions.await();

        assertThatThrownBy(network::close)
                .isInstanceOf(AssertionError.class)
                .message()
                .containsPattern("loops that ignore a close:\n  thread \"loop\" in selectNow, at .*, \\d+ times"
                        + " since 1000 selects after the end of the network the selector was closed at ");
    }

    private Background<Void> start(Background.Action action) {
        Background<Void> running = Background.run("loop", action);
        loop = running.thread();
        return running;
    }

    private void selectAgainAndAgain() throws IOException {
        while (!stopped) {
            select();
        }
    }

    private void select() throws IOException {
        try {
            selector.select();
        } catch (ClosedSelectorException e) {
            exceptions.countDown();
        }
    }

    private void pollAgainAndAgain() throws IOException {
        while (!stopped) {
            try {
                selector.selectNow();
            } catch (ClosedSelectorException e) {
                exceptions.countDown();
            }
        }
    }
}
