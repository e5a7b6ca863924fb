package dev.nettest.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.TimeoutClock;
import dev.nettest.VirtualClock;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A select that waits: what ends it, and what it means for the clock and for idleness. */
@Timeout(60)
class SelectorWaitTest {

    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 80);

    private final Network network = Network.create();
    private final SelectorProvider provider = NetworkChannels.selectorProvider(network);

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void aSelectWaitsUntilAKeyIsReady() throws Exception {
        Selector selector = provider.openSelector();
        SocketChannel client = connected(selector, SelectionKey.OP_READ);
        Background<Integer> selecting =
                Background.call(network, selector::select).assertWaits();

        server(client).write(ByteBuffer.allocate(1));

        assertThat(selecting.result()).isEqualTo(1);
        assertThat(selector.selectedKeys()).containsExactly(client.keyFor(selector));
    }

    @Test
    void aSelectIsNotWokenByWhatItsKeysDoNotWaitFor() throws Exception {
        Selector selector = provider.openSelector();
        SocketChannel client = connected(selector, 0);
        Background<Integer> selecting =
                Background.call(network, selector::select).assertWaits();

        server(client).write(ByteBuffer.allocate(1));
        selecting.assertWaits();
        client.keyFor(selector).interestOps(SelectionKey.OP_READ);
        selecting.assertWaits(); // like on Linux, the next select looks at the new interest

        selector.wakeup();
        assertThat(selecting.result()).isZero();
        assertThat(selector.select()).isEqualTo(1);
    }

    @Test
    void aConnectWakesEachSelectorThatIsLeft() throws Exception {
        provider.openServerSocketChannel().bind(SERVER);
        network.defaultLink().hold();
        SocketChannel client = provider.openSocketChannel();
        client.configureBlocking(false);
        assertThat(client.connect(SERVER)).isFalse();
        List<Selector> selectors = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Selector selector = provider.openSelector();
            client.register(selector, SelectionKey.OP_CONNECT);
            assertThat(selector.selectNow()).isZero();
            selectors.add(selector);
        }
        for (int i = 0; i < 3; i += 2) { // the first key, and one of the others
            client.keyFor(selectors.get(i)).cancel();
            selectors.get(i).selectNow();
        }

        network.defaultLink().release();

        assertThat(selectors.get(1).select()).isEqualTo(1);
        assertThat(selectors.get(3).select()).isEqualTo(1);
        assertThat(selectors.get(0).keys()).isEmpty();
        assertThat(selectors.get(2).keys()).isEmpty();
    }

    @Test
    void aCallbackTellsThatAKeyMayHaveBecomeReady() throws Exception {
        Selector selector = provider.openSelector();
        SocketChannel client = connected(selector, SelectionKey.OP_READ);
        AtomicInteger calls = new AtomicInteger();
        NetworkChannels.onReady(selector, calls::incrementAndGet);
        selector.selectNow();
        assertThat(calls).hasValue(0);

        server(client).write(ByteBuffer.allocate(1));
        assertThat(calls).hasValue(1);

        assertThat(selector.selectNow()).isEqualTo(1);
        server(client).write(ByteBuffer.allocate(1));
        assertThat(calls).hasValue(1); // the key stayed ready
    }

    @Test
    void onlySelectorsOfANetworkHaveACallback() throws Exception {
        try (Selector foreign = SelectorProvider.provider().openSelector()) {
            assertThatThrownBy(() -> NetworkChannels.onReady(foreign, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not a selector of a provider of NetworkChannels: ");
        }
    }

    @Test
    void aWakeupIsKeptForTheNextSelect() throws Exception {
        Selector selector = provider.openSelector();
        selector.wakeup().wakeup();

        assertThat(selector.select()).isZero();
        Background<Integer> selecting =
                Background.call(network, () -> selector.select()).assertWaits();
        selector.wakeup();
        assertThat(selecting.result()).isZero();
    }

    @Test
    void aSelectNowTakesAWakeup() throws Exception {
        Selector selector = provider.openSelector();
        selector.wakeup();
        selector.selectNow();

        Background<Integer> selecting =
                Background.call(network, () -> selector.select()).assertWaits();
        selector.wakeup();
        selecting.result();
    }

    @Test
    void anInterruptEndsASelectAndKeepsTheStatus() throws Exception {
        Selector selector = provider.openSelector();
        Background<Boolean> selecting = Background.call(network, () -> {
            selector.select();
            return Thread.currentThread().isInterrupted();
        });
        selecting.assertWaits().interrupt();

        assertThat(selecting.result()).isTrue();
        assertThat(selector.isOpen()).isTrue();
    }

    @Test
    void aCloseEndsASelect() throws Exception {
        Selector selector = provider.openSelector();
        Background<Integer> selecting =
                Background.call(network, () -> selector.select()).assertWaits();

        selector.close();

        assertThat(selecting.result()).isZero();
        assertThatThrownBy(selector::select).isInstanceOf(ClosedSelectorException.class);
    }

    @Test
    void theEndOfTheNetworkClosesTheChannelsAndReportsTheirKeys() throws Exception {
        Selector selector = provider.openSelector();
        ServerSocketChannel listening = provider.openServerSocketChannel().bind(SERVER);
        listening.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        Background<List<Boolean>> loop = Background.call(network, () -> {
            List<Boolean> open = new ArrayList<>();
            while (open.isEmpty()) {
                selector.select(key -> open.add(key.isValid() || key.channel().isOpen()));
            }
            open.add(selector.selectNow() > 0);
            return open;
        });
        loop.assertWaits();

        network.close();

        assertThat(loop.result()).containsExactly(false, false);
        assertThat(selector.keys()).isEmpty();
        selector.close();
    }

    @Test
    void theEndOfTheNetworkClosesConnectedChannelsToo() throws Exception {
        Selector selector = provider.openSelector();
        SocketChannel client = connected(selector, SelectionKey.OP_READ);
        network.close();

        assertThat(selector.select()).isEqualTo(1);
        assertThat(client.isOpen()).isFalse();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
        assertThat(provider.openSelector().selectNow()).isZero();
    }

    @Test
    void aTimeoutOfTheSystemDoesNotMoveAVirtualClock() throws Exception {
        try (Network virtual = virtual(VirtualClock.selfAdvancing())) {
            virtual.participate();
            Selector selector = NetworkChannels.selectorProvider(virtual).openSelector();
            long before = virtual.clock().nanoTime();

            assertThat(selector.select(2)).isZero();

            assertThat(virtual.clock().nanoTime()).isEqualTo(before);
        }
    }

    @Test
    void aTimeoutOfTheNetworkMovesASelfAdvancingClock() throws Exception {
        try (Network virtual = virtual(VirtualClock.selfAdvancing())) {
            virtual.participate();
            Selector selector = virtualTimeouts(virtual).openSelector();
            long before = virtual.clock().nanoTime();

            assertThat(selector.select(3_600_000)).isZero();

            assertThat(Duration.ofNanos(virtual.clock().nanoTime() - before)).isEqualTo(Duration.ofHours(1));
        }
    }

    @Test
    void aSelectOnAManualClockTimesOutWhenTheClockMoves() throws Exception {
        VirtualClock clock = VirtualClock.manual();
        try (Network virtual = virtual(clock)) {
            Selector selector = virtualTimeouts(virtual).openSelector();
            Background<Integer> selecting = Background.call(virtual, () -> selector.select(1_000));
            clock.advanceTimeBy(Duration.ofMillis(999));
            selecting.assertWaits();

            clock.advanceTimeBy(Duration.ofMillis(1));

            assertThat(selecting.result()).isZero();
        }
    }

    @Test
    void aSnapshotNamesTheSelectingThread() throws Exception {
        Selector selector = provider.openSelector();
        Background<Void> loop = Background.run("loop", selector::select).awaitParked();

        assertThat(network.snapshot().waiters())
                .extracting(waiter -> waiter.name() + " in " + waiter.operation())
                .containsExactly("thread \"loop\" in select");

        selector.wakeup();
        loop.result();
    }

    @Test
    void aSnapshotCountsTimeoutsInVirtualTimeUntilAWakeup() throws Exception {
        try (Network virtual = virtual(VirtualClock.selfAdvancing())) {
            virtual.participate();
            Selector selector = virtualTimeouts(virtual).openSelector();
            for (int i = 0; i < 999; i++) {
                selector.select(1);
            }
            assertThat(waiting(virtual, selector)).isEqualTo("the network");
            for (int i = 0; i < 1_001; i++) {
                selector.select(1);
            }

            assertThat(waiting(virtual, selector))
                    .isEqualTo("the network (timed out 1001 times in a row in virtual time;"
                            + " a loop that reads System.nanoTime needs TimeoutClock.SYSTEM)");
            assertThat(waiting(virtual, selector)).isEqualTo("the network");
        }
    }

    /** The subject of a select in a snapshot. Ends the select with a wakeup. */
    private static String waiting(Network network, Selector selector) throws Exception {
        Background<Integer> selecting =
                Background.call(network, () -> selector.select()).assertWaits();
        String subject = network.snapshot().waiters().get(0).subject();
        selector.wakeup();
        selecting.result();
        return subject;
    }

    @Test
    void aNegativeTimeoutIsRefused() throws Exception {
        Selector selector = provider.openSelector();

        assertThatThrownBy(() -> selector.select(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Negative timeout");
    }

    private SocketChannel connected(Selector selector, int ops) throws IOException {
        network.listen("127.0.0.1:80");
        SocketChannel client = provider.openSocketChannel();
        client.connect(SERVER);
        client.configureBlocking(false).register(selector, ops);
        return client;
    }

    private static Connection server(SocketChannel client) {
        return NetworkChannels.connection(client).peer();
    }

    private static Network virtual(VirtualClock clock) {
        return Network.create(NetworkConfig.builder().clock(clock).build());
    }

    private static SelectorProvider virtualTimeouts(Network network) {
        return NetworkChannels.selectorProvider(network.localhost(), TimeoutClock.NETWORK, connection -> {});
    }
}
