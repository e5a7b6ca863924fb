package dev.nettest;

import dev.nettest.kernel.End;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a bridge. It waits in a real selector and nowhere else: what happens in memory calls back, queues the link
 * concerned and wakes the selector.
 */
final class BridgeLoop {

    private static final int MOST_FAILED_ACCEPTS = 1000;
    private static final int ACCEPTS_IN_A_ROW = 64;
    private static final long END_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final Bridge bridge;
    private final Selector selector;
    private final Thread thread;
    private final BridgeBuffers buffers = new BridgeBuffers();
    private final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();
    private final Set<BridgeLink> links = ConcurrentHashMap.newKeySet();
    private final Runnable accepting = this::accept;
    private volatile boolean closed;
    private volatile @Nullable Throwable lastFailure;
    private int failedAccepts;

    BridgeLoop(Bridge bridge) throws IOException {
        this.bridge = bridge;
        this.selector = Selector.open();
        this.thread = new Thread(null, this::run, "nettest-bridge-" + Addresses.text(bridge.localAddress()), 0, false);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Any thread may call it. */
    void enqueue(Runnable work) {
        ready.add(work);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    private void run() {
        try {
            accept();
            while (!closed) {
                if (ready.isEmpty()) {
                    selector.select(BridgeLoop::wake);
                } else {
                    selector.selectNow(BridgeLoop::wake);
                }
                Thread.interrupted(); // by code of the test that ran here; it would keep the selector awake
                runReady();
            }
        } catch (IOException | RuntimeException | Error e) {
            report(e);
        } finally {
            end();
        }
    }

    private static void wake(SelectionKey key) {
        ((BridgeLink) key.attachment()).wake();
    }

    /** Those that are ready now; what they make ready has its turn after a look at the selector. */
    private void runReady() {
        for (int left = ready.size(); left > 0 && !closed; left--) {
            Runnable next = ready.poll();
            if (next != null) {
                next.run();
            }
        }
    }

    // ---- accepting

    private void accept() {
        try {
            for (int left = ACCEPTS_IN_A_ROW; left > 0; left--) {
                Connection accepted = bridge.listener().tryAcceptForNetwork();
                if (accepted == null) {
                    bridge.listener().onReady(Readiness.ACCEPTABLE, () -> enqueue(accepting));
                    return;
                }
                failedAccepts = 0;
                carry(accepted);
            }
            enqueue(accepting);
        } catch (ClosedChannelException e) {
            // the listener is closed: nobody dials any more
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
            if (++failedAccepts < MOST_FAILED_ACCEPTS && !bridge.listener().isClosed()) {
                enqueue(accepting);
            } else {
                report(new IllegalStateException(
                        "the bridge stops accepting: it failed " + failedAccepts + " times", e));
                bridge.listener().close();
            }
        }
    }

    private void carry(Connection accepted) throws IOException {
        SocketChannel channel = null;
        BridgeLink link;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            link = new BridgeLink(this, accepted, channel, key, buffers);
            key.attach(link);
        } catch (IOException | RuntimeException | Error e) {
            accepted.life().release(End.Closing.ABORT);
            if (channel != null) {
                channel.close();
            }
            report(e); // out of file descriptors, for one
            return;
        }
        links.add(link);
        link.begin(bridge.realAddress());
    }

    // ---- failing

    /** A real connection failed, as connections do. */
    void realFailed(IOException e) {
        lastFailure = e;
    }

    /** Something failed with {@code e}. Says so aloud where that is neither what connections do nor what a fault was told to. */
    void failed(Throwable e) {
        boolean injected = Arrays.stream(e.getSuppressed()).anyMatch(InjectedFault.class::isInstance);
        if (!injected && !(e instanceof IOException)) {
            report(e);
        }
    }

    private void report(Throwable e) {
        lastFailure = e;
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }

    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    int connections() {
        return links.size();
    }

    // ---- ending

    boolean isClosed() {
        return closed;
    }

    void shutdown() {
        closed = true;
        selector.wakeup();
    }

    void ended(BridgeLink link) {
        links.remove(link);
    }

    void awaitEnd() {
        if (Thread.currentThread() == thread) {
            return; // closed by code of the test that runs here
        }
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        closed = true;
        bridge.listener().close();
        List.copyOf(links).forEach(BridgeLink::close);
        try {
            selector.close(); // and with it the channels that were closed
        } catch (IOException e) {
            report(e);
        }
        bridge.listener().network().bridges().remove(bridge);
    }
}
