package dev.nettest.internal.bridge;

import dev.nettest.InjectedFault;
import dev.nettest.Readiness;
import dev.nettest.internal.net.ConnectionImpl;
import dev.nettest.internal.util.Addresses;
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
 * The only thread of a bridge. It waits in a real selector and nowhere else. An event in memory calls back, queues its
 * connection and wakes the selector.
 */
final class EventLoop {

    private static final int MAX_FAILED_ACCEPTS = 1000;
    private static final int MAX_ACCEPTS_PER_RUN = 64;
    private static final long JOIN_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final BridgeImpl bridge;
    private final Selector selector;
    private final Thread thread;
    private final BufferPool buffers = new BufferPool();
    private final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();
    private final Set<BridgedConnection> connections = ConcurrentHashMap.newKeySet();
    private final Runnable acceptTask = this::accept;
    private volatile boolean closed;
    private volatile @Nullable Throwable lastFailure;
    private int failedAccepts;

    EventLoop(BridgeImpl bridge) throws IOException {
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
                    selector.select(EventLoop::wake);
                } else {
                    selector.selectNow(EventLoop::wake);
                }
                Thread.interrupted(); // a callback of the test may have set it; the selector would never wait
                runReady();
            }
        } catch (IOException | RuntimeException | Error e) {
            report(e);
        } finally {
            end();
        }
    }

    private static void wake(SelectionKey key) {
        ((BridgedConnection) key.attachment()).wake();
    }

    /** Runs the tasks that are ready now. Tasks that they add wait for the next selection. */
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
            for (int left = MAX_ACCEPTS_PER_RUN; left > 0; left--) {
                ConnectionImpl accepted = bridge.listener().tryAcceptForNetwork();
                if (accepted == null) {
                    bridge.listener().onReady(Readiness.ACCEPTABLE, () -> enqueue(acceptTask));
                    return;
                }
                failedAccepts = 0;
                carry(accepted);
            }
            enqueue(acceptTask);
        } catch (ClosedChannelException e) {
            // the listener is closed: no more connects
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
            if (++failedAccepts < MAX_FAILED_ACCEPTS && !bridge.listener().isClosed()) {
                enqueue(acceptTask);
            } else {
                report(new IllegalStateException(
                        "the bridge stops accepting: it failed " + failedAccepts + " times", e));
                bridge.listener().abandon();
            }
        }
    }

    private void carry(ConnectionImpl accepted) throws IOException {
        SocketChannel channel = null;
        BridgedConnection connection;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            connection = new BridgedConnection(this, accepted, channel, key, buffers);
            key.attach(connection);
        } catch (IOException | RuntimeException | Error e) {
            accepted.teardown().abandon();
            if (channel != null) {
                channel.close();
            }
            report(e); // for example no file descriptor is left
            return;
        }
        connections.add(connection);
        connection.begin(bridge.realAddress());
    }

    // ---- failures

    /** Remembers the failure of a real connection. */
    void realFailed(IOException e) {
        lastFailure = e;
    }

    /** Reports {@code e} unless it is an I/O failure or came from a fault. */
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
        return connections.size();
    }

    // ---- closing

    boolean isClosed() {
        return closed;
    }

    void shutdown() {
        closed = true;
        selector.wakeup();
    }

    void ended(BridgedConnection connection) {
        connections.remove(connection);
    }

    void awaitEnd() {
        if (Thread.currentThread() == thread) {
            return; // a callback of the test closed the bridge
        }
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        closed = true;
        bridge.listener().abandon();
        List.copyOf(connections).forEach(BridgedConnection::close);
        try {
            selector.close(); // also releases the descriptors of the closed channels
        } catch (IOException e) {
            report(e);
        }
        bridge.listener().network().bridges().remove(bridge);
    }
}
