package dev.nettest.internal.bridge;

import dev.nettest.Readiness;
import dev.nettest.Registration;
import dev.nettest.internal.net.ConnectionImpl;
import dev.nettest.internal.sync.ReadyBits;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a bridge: an accepted connection in memory, and a real channel. All its code runs on the bridge's
 * thread; other threads only {@linkplain #wake() wake} it.
 */
final class BridgedConnection implements Runnable {

    /** Buffers moved in one run, before other connections get their turn. */
    private static final int MAX_ROUNDS = 16;

    private final EventLoop loop;
    private final ConnectionImpl inner;
    private final SocketChannel outer;
    private final SelectionKey key;

    /** From the client in memory to the real server. */
    private final Relay up;

    /** From the real server to the client in memory. */
    private final Relay down;

    private final Wakeup readable = new Wakeup(Set.of(Readiness.READABLE));
    private final Wakeup writable = new Wakeup(Set.of(Readiness.WRITABLE));
    private final Wakeup gone = new Wakeup(Set.of(Readiness.PEER_CLOSED, Readiness.CLOSED));

    private final AtomicBoolean queued = new AtomicBoolean();
    private boolean connected;
    private boolean ended;
    private @Nullable Throwable failure;
    private boolean realFailed;

    /** @param outer open and non-blocking; this connection closes it */
    BridgedConnection(EventLoop loop, ConnectionImpl inner, SocketChannel outer, SelectionKey key, BufferPool buffers) {
        this.loop = loop;
        this.inner = inner;
        this.outer = outer;
        this.key = key;
        this.up = new Relay(buffers, inner::tryRead, this::writeReal, this::finishReal);
        this.down = new Relay(buffers, this::readReal, inner::tryWrite, inner::shutdownOutput);
    }

    void begin(SocketAddress address) {
        guarded(() -> {
            gone.arm();
            if (real(() -> outer.connect(address) || outer.finishConnect())) { // on loopback it is connected by then
                connected();
            }
        });
    }

    /** Queues this connection for the bridge's thread. */
    void wake() {
        if (queued.compareAndSet(false, true)) {
            loop.enqueue(this);
        }
    }

    @Override
    public void run() {
        queued.set(false); // before it reads any state, so that no wake-up is lost
        if (!ended) {
            guarded(this::proceed);
        }
    }

    private void guarded(Relay.Finish step) {
        try {
            step.run();
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
            abort();
        }
    }

    private void proceed() throws IOException {
        if (inner.isClosed()) {
            close(); // closed by the shutdown of the network or by the test
        } else if (connected) {
            pump();
        } else if (real(outer::finishConnect)) {
            connected();
        }
    }

    private void connected() throws IOException {
        real(this::checkSelfConnect);
        connected = true;
        pump();
    }

    /** TCP connects a socket to itself if the target port is free and is chosen as the source port. */
    private SocketAddress checkSelfConnect() throws IOException {
        SocketAddress remote = outer.getRemoteAddress();
        if (outer.getLocalAddress().equals(remote)) {
            throw new ConnectException("Connection refused");
        }
        return remote;
    }

    private void pump() {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            boolean reset = inner.teardown().isAborted(); // read before the bytes: they arrived before the reset
            boolean moved = advance(up);
            moved |= advance(down);
            if (inner.isClosed() || (failure == null && up.isFinished() && down.isFinished())) {
                close();
                return;
            }
            if (!moved || failedInMemory()) {
                if (reset || failure != null) {
                    abort();
                    return;
                }
                if (!inner.teardown().isAborted()) {
                    arm();
                    return;
                }
            }
        }
        wake();
    }

    /**
     * True if a fault failed an operation in memory. The connection then ends, because the other direction could go on
     * for ever. After a reset the remaining bytes move first.
     */
    private boolean failedInMemory() {
        return failure != null && !realFailed && !inner.teardown().isAborted();
    }

    private boolean advance(Relay relay) {
        try {
            return relay.advance();
        } catch (AsynchronousCloseException e) {
            relay.stop(); // a fault half closed the end in memory: the other direction goes on
            relay.release();
            return false;
        } catch (IOException | RuntimeException | Error e) {
            relay.stop();
            if (!inner.isClosed()) {
                failed(e);
            }
            return false;
        }
    }

    private void failed(Throwable e) {
        failure = e;
        loop.failed(e);
    }

    private void arm() {
        int ops = (down.awaitsSource() ? SelectionKey.OP_READ : 0) | (up.awaitsSink() ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != ops) {
            key.interestOps(ops);
        }
        if (up.awaitsSource()) {
            readable.arm();
        }
        if (down.awaitsSink()) {
            writable.arm();
        }
    }

    // ---- the real side

    private int readReal(ByteBuffer target) throws IOException {
        return real(() -> outer.read(target));
    }

    private int writeReal(ByteBuffer source) throws IOException {
        return real(() -> outer.write(source));
    }

    private void finishReal() throws IOException {
        real(outer::shutdownOutput);
    }

    private <T> T real(RealOperation<T> operation) throws IOException {
        try {
            return operation.run();
        } catch (IOException e) {
            realFailed = true;
            loop.realFailed(e);
            throw e;
        }
    }

    @FunctionalInterface
    private interface RealOperation<T> {
        T run() throws IOException;
    }

    // ---- closing

    /** Like the end of a process: a FIN if everything was delivered, a reset if bytes were in flight. */
    void close() {
        boolean resetInner = down.hasPending() || !connected;
        boolean resetOuter = up.hasPending() || (!up.isFinished() && !isDrained());
        end(resetInner, resetOuter);
    }

    /** True if the bridge read everything that the client wrote; a shutdown may have discarded the rest. */
    private boolean isDrained() {
        return inner.peer().endpoint().isReady(ReadyBits.DRAINED, 1);
    }

    private void abort() {
        end(true, true);
    }

    private void end(boolean resetInner, boolean resetOuter) {
        if (ended) {
            return;
        }
        ended = true;
        loop.ended(this); // before a peer can see the close
        for (Wakeup wakeup : List.of(readable, writable, gone)) {
            wakeup.cancel();
        }
        closeStep(resetInner ? inner::reset : inner::close);
        if (resetOuter) {
            closeStep(() -> outer.setOption(StandardSocketOptions.SO_LINGER, 0));
        }
        closeStep(outer::close);
        up.release();
        down.release();
    }

    /** Runs one step of the close; a failure does not stop the others. */
    private void closeStep(Relay.Finish step) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            loop.failed(e);
        }
    }

    /** Wakes this connection once after each {@link #arm()}, as soon as the side in memory is ready. */
    private final class Wakeup implements Runnable {

        private final Set<Readiness> ops;
        private volatile boolean armed;
        private @Nullable Registration registration;

        Wakeup(Set<Readiness> ops) {
            this.ops = ops;
        }

        void arm() {
            if (!armed) {
                armed = true;
                registration = inner.onReady(ops, this);
            }
        }

        @Override
        public void run() {
            armed = false;
            wake();
        }

        void cancel() {
            if (registration != null) {
                registration.cancel();
            }
        }
    }
}
