package dev.nettest.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.nettest.Awaitable;
import dev.nettest.Network;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A select costs by ready keys, and a change of readiness allocates nothing. */
class SelectorCostTest {

    private static final int CHANNELS = 1_000;
    private static final int ROUNDS = 2_000;

    /** An opened channel takes 352 bytes on 64 bits. A queue for each of its locks would add 250. */
    private static final long CHANNEL_BYTES = 450;

    private final Network network = Network.create();
    private final SelectorProvider provider = NetworkChannels.selectorProvider(network);

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void aSelectPollsTheReadyChannelsOnly() throws Exception {
        Selector selector = provider.openSelector();
        List<CountedChannel> channels = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            CountedChannel channel = new CountedChannel(provider);
            channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            channels.add(channel);
        }
        CountedChannel ready = channels.get(7);
        ready.becomeReady();
        selector.selectNow();
        channels.forEach(channel -> channel.polls = 0);

        for (int i = 0; i < 10; i++) {
            selector.selectNow();
        }

        assertThat(ready.polls).isEqualTo(10);
        assertThat(channels.stream().filter(channel -> channel.polls > 0)).containsExactly(ready);
    }

    @Test
    void aChangeOfReadinessAllocatesNothing() throws Exception {
        Selector selector = provider.openSelector();
        ServerSocketChannel server = provider.openServerSocketChannel().bind(new InetSocketAddress("127.0.0.1", 80));
        SocketChannel client = provider.openSocketChannel();
        client.connect(server.getLocalAddress());
        client.configureBlocking(false);
        SocketChannel accepted = server.accept();
        accepted.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        ByteBuffer buffer = ByteBuffer.allocate(1);
        Consumer<SelectionKey> reading = key -> read(accepted, buffer);
        exchange(selector, client, buffer, reading);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        exchange(selector, client, buffer, reading);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(ROUNDS);
    }

    @Test
    void aBlockingTransferAllocatesNothing() throws Exception {
        ServerSocketChannel server = provider.openServerSocketChannel().bind(new InetSocketAddress("127.0.0.1", 80));
        SocketChannel client = provider.openSocketChannel();
        client.connect(server.getLocalAddress());
        SocketChannel accepted = server.accept();
        ByteBuffer buffer = ByteBuffer.allocate(1);
        transfer(client, accepted, buffer);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        transfer(client, accepted, buffer);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(ROUNDS);
    }

    private static void transfer(SocketChannel from, SocketChannel to, ByteBuffer buffer) throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            from.write(buffer.clear());
            read(to, buffer);
        }
    }

    /** Two locks and the list of keys are most of a channel that was opened and not used. */
    @Test
    void anOpenedChannelMakesNoQueueForItsLocks() throws Exception {
        SocketChannel[] channels = new SocketChannel[ROUNDS];
        provider.openSocketChannel();

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            channels[i] = provider.openSocketChannel();
        }

        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS).isLessThan(CHANNEL_BYTES);
    }

    /** Each round makes the accepted channel ready once, and not ready again. */
    private static void exchange(
            Selector selector, SocketChannel client, ByteBuffer buffer, Consumer<SelectionKey> reading)
            throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            client.write(buffer.clear());
            assertSelected(selector.selectNow(reading), 1);
            assertSelected(selector.selectNow(reading), 0);
        }
    }

    /** Without the objects of an assertion library. */
    private static void assertSelected(int count, int expected) {
        if (count != expected) {
            throw new AssertionError(count + " keys were selected, not " + expected);
        }
    }

    private static void read(SocketChannel channel, ByteBuffer buffer) {
        try {
            assertSelected(channel.read(buffer.clear()), 1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A channel that counts how often it is polled. */
    private static final class CountedChannel extends AbstractSelectableChannel implements PollableChannel {

        private final ChannelKeys keys = new ChannelKeys();
        private boolean ready;
        private int polls;

        CountedChannel(SelectorProvider provider) {
            super(provider);
        }

        void becomeReady() {
            ready = true;
            keys.pollLater();
        }

        @Override
        public ChannelKeys keys() {
            return keys;
        }

        @Override
        public @Nullable Awaitable awaitable() {
            return null;
        }

        @Override
        public Set<Readiness> conditions(int interestOps) {
            return Set.of();
        }

        @Override
        public int poll(int interestOps, @Nullable ReadyHook hook) {
            polls++;
            return ready ? SelectionKey.OP_READ | EVENT : 0;
        }

        @Override
        public void finishClose() {}

        @Override
        public int validOps() {
            return SelectionKey.OP_READ;
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }
}
