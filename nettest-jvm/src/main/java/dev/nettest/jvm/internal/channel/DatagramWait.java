package dev.nettest.jvm.internal.channel;

import dev.nettest.TimeoutClock;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.jvm.internal.channel.Delegate.World;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The receives of a blocking datagram channel in several worlds, or in one if another thread may lead it into a further
 * one meanwhile. A receive waits in a selector, so the channels inside do not block meanwhile.
 */
final class DatagramWait {

    private final RoutedDatagramChannel channel;
    private final Lock receiving = new ReentrantLock();

    /** That of the receive that waits. */
    private volatile @Nullable RoutedSelector selector;

    /** That of the latest receive. Guarded by the lock. */
    private @Nullable DatagramChannel latest;

    DatagramWait(RoutedDatagramChannel channel) {
        this.channel = channel;
    }

    /** Held by a receive: a connect, a disconnect and a change of the mode wait for it, like in the JDK. */
    Lock lock() {
        return receiving;
    }

    /**
     * Ends the wait of a channel that was closed. It does not close the selector, whose lock a select holds that may
     * close the channel too.
     */
    void end() {
        RoutedSelector waiting = selector;
        if (waiting != null) {
            waiting.wakeup();
        }
    }

    SocketAddress receive(ByteBuffer target) throws IOException {
        receiving.lock();
        try {
            while (true) {
                DatagramChannel ready = await(0);
                SocketAddress sender = ready == null ? null : received(ready, target);
                if (sender != null) {
                    return sender;
                }
            }
        } finally {
            receiving.unlock();
        }
    }

    private @Nullable SocketAddress received(DatagramChannel ready, ByteBuffer target) throws IOException {
        try {
            ready.configureBlocking(false);
            return ready.receive(target);
        } catch (ClosedChannelException e) {
            checkOpen();
            return null; // a network has ended
        } finally {
            block(ready);
        }
    }

    /** Only the JDK's own sockets know how much fits into a packet. */
    void receive(DatagramPacket packet, int millis) throws IOException {
        receiving.lock();
        try {
            while (true) {
                DatagramChannel ready = await(millis);
                if (ready == null) {
                    throw new SocketTimeoutException("Receive timed out");
                }
                if (hasReceived(ready.socket(), packet)) {
                    return;
                }
            }
        } finally {
            receiving.unlock();
        }
    }

    /** False if the datagram was dropped, such as for its checksum. */
    private static boolean hasReceived(DatagramSocket ready, DatagramPacket packet) throws IOException {
        int timeout = ready.getSoTimeout();
        ready.setSoTimeout(1);
        try {
            ready.receive(packet);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            if (!ready.isClosed()) {
                ready.setSoTimeout(timeout);
            }
        }
    }

    /** Sends while a receive has made the channel non-blocking, although that has no space yet. */
    int send(DatagramChannel used, ByteBuffer source, SocketAddress target) throws IOException {
        for (World<DatagramChannel> world : channel.delegate().worlds()) {
            if (world.channel() == used && world.network() != null) {
                return NetworkChannels.endpoint(used).send(source, target);
            }
        }
        int sent = 0;
        while (sent == 0) {
            Thread.onSpinWait(); // the kernel sends within microseconds
            sent = used.send(source, target);
        }
        return sent;
    }

    // ---- waiting

    /** The channel of a world that can receive; null after the timeout. 0 is none. */
    private @Nullable DatagramChannel await(int millis) throws IOException {
        beginWait();
        RoutedSelector waiting = ((RoutingSelectorProvider) channel.provider()).openSelector(TimeoutClock.NETWORK);
        selector = waiting;
        try (waiting) {
            RoutedKey key = new RoutedKey(waiting, channel);
            waiting.register(key, SelectionKey.OP_READ);
            int ready = channel.isOpen() ? waiting.select(millis) : 0;
            checkOpen();
            return ready == 0 ? null : readable(key);
        } catch (ClosedSelectorException | ClosedChannelException e) {
            checkOpen();
            return await(millis); // a network has ended
        } finally {
            selector = null;
            endWait();
        }
    }

    private void beginWait() throws IOException {
        for (World<DatagramChannel> world : channel.delegate().worlds()) {
            channel.closedInside(world.channel()); // a network may have ended
        }
        checkOpen();
        channel.delegate().configureBlocking(false);
    }

    private void endWait() throws IOException {
        synchronized (channel.delegate()) { // a world that is added now begins in the right mode
            for (World<DatagramChannel> world : channel.delegate().worlds()) {
                block(world.channel());
            }
        }
    }

    private void checkOpen() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            channel.close();
            throw new ClosedByInterruptException();
        }
        if (!channel.isOpen()) {
            throw new AsynchronousCloseException();
        }
    }

    private static void block(DatagramChannel inside) throws IOException {
        try {
            inside.configureBlocking(true);
        } catch (ClosedChannelException e) {
            // the close has ended the wait too
        }
    }

    /** Another world than the latest one, if both are ready. */
    private @Nullable DatagramChannel readable(RoutedKey key) {
        DatagramChannel found = null;
        for (SelectionKey inner : key.inners()) {
            if (inner.selector().selectedKeys().contains(inner) && (found == null || found == latest)) {
                found = (DatagramChannel) inner.channel();
            }
        }
        latest = found;
        return found;
    }
}
