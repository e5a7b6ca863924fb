package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.testing.Background;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A select of one thread, and what other threads do meanwhile. */
abstract class SelectorThreadsContract extends ChannelApiContract {

    private Task blockedSelect(Selector selector) {
        return blocked(
                "select", () -> selector.select() + (Thread.currentThread().isInterrupted() ? " interrupted" : ""));
    }

    /** Fails unless the select is blocked, also after what was done before. */
    private static void assertBlockedUntilWakeup(Task select, Selector selector) {
        select.awaitBlocked();
        selector.wakeup();
        assertThat(select.outcome()).isEqualTo("0");
    }

    @Test
    void aWakeupEndsASelect() throws IOException {
        Selector selector = selector();
        Task select = blockedSelect(selector);
        selector.wakeup();
        assertThat(select.outcome()).isEqualTo("0");
    }

    @Test
    void aWakeupEndsASelectWithATimeout() throws IOException {
        Selector selector = selector();
        Task select = blocked("select", () -> selector.select(100_000));
        selector.wakeup();
        assertThat(select.outcome()).isEqualTo("0");
    }

    @Test
    void anInterruptEndsASelectAndKeepsTheStatus() throws IOException {
        Selector selector = selector();
        Task select = blockedSelect(selector);
        select.interrupt();
        assertThat(select.outcome()).isEqualTo("0 interrupted");
        assertThat(selector.isOpen()).isTrue();
    }

    @Test
    void anInterruptedThreadDoesNotWait() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, R | W);
        Task select = task("select", () -> {
            Thread.currentThread().interrupt();
            int selected = selector.select();
            key.interestOps(R);
            selector.selectedKeys().clear();
            return selected + " " + selector.select() + " " + Thread.interrupted();
        });
        assertThat(select.outcome()).isEqualTo("1 0 true");
    }

    @Test
    void aCloseEndsASelect() throws IOException {
        Selector selector = selector();
        registered(connected().client(), selector, R);
        Task select = blockedSelect(selector);
        selector.close();
        assertThat(select.outcome()).isEqualTo("0");
        assertThat(Outcome.of(selector::select)).isEqualTo("java.nio.channels.ClosedSelectorException");
    }

    @Test
    void readinessEndsASelect() throws IOException {
        Selector selector = selector();
        Ends ends = connected();
        registered(ends.client(), selector, R);
        Task select = blockedSelect(selector);
        ends.server().write(bytes("x"));
        assertThat(select.outcome()).isEqualTo("1");
    }

    @Test
    void aConsumerRunsInTheSelectingThread() throws IOException {
        Selector selector = selector();
        Ends ends = connected();
        registered(ends.client(), selector, R);
        List<Thread> seen = new ArrayList<>();
        Task select = blocked("select", () -> {
            int count = selector.select(key -> seen.add(Thread.currentThread()));
            return count + " " + (seen.get(0) == Thread.currentThread());
        });
        ends.server().write(bytes("x"));
        assertThat(select.outcome()).isEqualTo("1 true");
    }

    @Test
    void aCancelDoesNotEndASelect() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, R);
        Task select = blockedSelect(selector);
        key.cancel();
        assertThat(key.isValid()).isFalse();
        assertBlockedUntilWakeup(select, selector);
        assertThat(selector.keys()).as("the end of a select removes it").isEmpty();
    }

    @Test
    void aCloseOfAChannelDoesNotEndASelect() throws IOException {
        Selector selector = selector();
        SocketChannel channel = connected().client();
        registered(channel, selector, R);
        Task select = blockedSelect(selector);
        channel.close();
        assertBlockedUntilWakeup(select, selector);
        assertThat(selector.keys()).isEmpty();
    }

    @Test
    void aRegistrationDuringASelectCountsInTheNextOne() throws IOException {
        Selector selector = selector();
        Task select = blockedSelect(selector);
        SelectionKey key = registered(connected().client(), selector, W);
        assertThat(selector.keys()).containsExactly(key);
        assertBlockedUntilWakeup(select, selector);
        assertThat(selector.selectNow()).isEqualTo(1);
    }

    @Test
    void anInterestSetChangedDuringASelectCountsInTheNextOne() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, R);
        Task select = blockedSelect(selector);
        key.interestOps(W);
        assertThat(key.interestOps()).isEqualTo(W);
        assertBlockedUntilWakeup(select, selector);
        assertThat(selector.selectNow()).isEqualTo(1);
    }

    @Test
    void anInterestSetReducedDuringASelectStillEndsIt() throws IOException {
        Selector selector = selector();
        Ends ends = connected();
        SelectionKey key = registered(ends.client(), selector, R);
        Task select = blockedSelect(selector);
        key.interestOps(0);
        ends.server().write(bytes("x"));
        assertThat(select.outcome()).isEqualTo("0");
    }

    /** Threads register, cancel and close while one selects; no key remains, and nothing unexpected is thrown. */
    @Test
    void registrationsAndClosesBesideSelects() throws IOException {
        Selector selector = selector();
        CountDownLatch began = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        Background<Void> selecting = Background.run(() -> {
            began.countDown();
            while (!over.get()) {
                selector.select();
                selector.selectedKeys().clear();
            }
        });
        List<Background<Void>> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(Background.run(() -> {
                began.await();
                for (int round = 0; round < 60; round++) {
                    registerAndClose(selector, round);
                }
            }));
        }
        others.forEach(Background::result);
        over.set(true);
        selector.wakeup();
        selecting.result();
        selector.selectNow();
        assertThat(selector.keys()).isEmpty();
        assertThat(selector.selectedKeys()).isEmpty();
    }

    private void registerAndClose(Selector selector, int round) throws IOException {
        try (SocketChannel channel = provider().openSocketChannel()) {
            SelectionKey key = registered(channel, selector, round % 2 == 0 ? R | W | C : 0);
            selector.wakeup();
            try {
                if (round % 3 == 0) {
                    key.cancel();
                    channel.register(selector, W);
                } else {
                    key.interestOps(R);
                }
            } catch (CancelledKeyException expected) {
                // the key is not removed yet
            }
        }
        selector.wakeup();
    }

    @Test
    void aSelectAndAReadOfOneChannelDoNotWaitForEachOther() throws IOException {
        Selector selector = selector();
        Ends ends = connected();
        registered(ends.client(), selector, R);
        Task select = blockedSelect(selector);
        assertThat(ends.client().read(ByteBuffer.allocate(1))).isZero();
        assertThat(ends.client().write(bytes("x"))).isEqualTo(1);
        assertBlockedUntilWakeup(select, selector);
    }
}
