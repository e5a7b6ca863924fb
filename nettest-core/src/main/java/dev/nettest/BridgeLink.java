package dev.nettest;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection that a bridge carries: an end that was accepted in memory, and a real channel. Everything happens on the bridge's
 * thread; others only {@linkplain #wake() wake} it.
 */
final class BridgeLink implements Runnable {

    /** How many buffers it moves before others have their turn. */
    private static final int ROUNDS = 16;

    private final BridgeLoop loop;
    private final Connection inner;
    private final SocketChannel outer;
    private final SelectionKey key;

    /** From the client in memory to the real server. */
    private final BridgeFlow up;

    /** From the real server to the client in memory. */
    private final BridgeFlow down;

    private final Watch readable = new Watch(Set.of(Readiness.READABLE));
    private final Watch writable = new Watch(Set.of(Readiness.WRITABLE));
    private final Watch gone = new Watch(Set.of(Readiness.PEER_CLOSED, Readiness.CLOSED));

    private final AtomicBoolean queued = new AtomicBoolean();
    private boolean connected;
    private boolean over;
    private @Nullable Throwable failure;
    private boolean realFailed;

    /** @param outer open and not blocking; it is this link's from here on */
    BridgeLink(BridgeLoop loop, Connection inner, SocketChannel outer, SelectionKey key, BridgeBuffers buffers) {
        this.loop = loop;
        this.inner = inner;
        this.outer = outer;
        this.key = key;
        this.up = new BridgeFlow(buffers, inner::tryRead, this::writeReal, this::finishReal);
        this.down = new BridgeFlow(buffers, this::readReal, inner::tryWrite, inner::shutdownOutput);
    }

    void begin(SocketAddress address) {
        guarded(() -> {
            gone.arm();
            if (real(() -> outer.connect(address) || outer.finishConnect())) { // on loopback it is done by then
                connected();
            }
        });
    }

    /** Has the bridge's thread look at it soon. */
    void wake() {
        if (queued.compareAndSet(false, true)) {
            loop.enqueue(this);
        }
    }

    @Override
    public void run() {
        queued.set(false); // before it looks
        if (!over) {
            guarded(this::proceed);
        }
    }

    private void guarded(BridgeFlow.Finish step) {
        try {
            step.run();
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
            abort();
        }
    }

    private void proceed() throws IOException {
        if (inner.isClosed()) {
            close(); // by somebody else: the network at its end, or a test that got hold of it
        } else if (connected) {
            pump();
        } else if (real(outer::finishConnect)) {
            connected();
        }
    }

    private void connected() throws IOException {
        real(this::checkNotItself);
        connected = true;
        pump();
    }

    /** TCP connects to itself where nobody listens and the port chosen happens to be the one that is dialled. */
    private SocketAddress checkNotItself() throws IOException {
        SocketAddress remote = outer.getRemoteAddress();
        if (outer.getLocalAddress().equals(remote)) {
            throw new ConnectException("Connection refused");
        }
        return remote;
    }

    private void pump() {
        for (int round = 0; round < ROUNDS; round++) {
            boolean reset = inner.life().isReset(); // asked before it looks for bytes, which came before
            boolean moved = advance(up);
            moved |= advance(down);
            if (inner.isClosed() || (failure == null && up.isOver() && down.isOver())) {
                close();
                return;
            }
            if (!moved || failedInMemory()) {
                if (reset || failure != null) {
                    abort();
                    return;
                }
                if (!inner.life().isReset()) {
                    arm();
                    return;
                }
            }
        }
        wake();
    }

    /** Whether a fault failed an operation in memory, where either side could go on for ever; the rest of a reset one moves first. */
    private boolean failedInMemory() {
        return failure != null && !realFailed && !inner.life().isReset();
    }

    private boolean advance(BridgeFlow flow) {
        try {
            return flow.advance();
        } catch (IOException | RuntimeException | Error e) {
            flow.abandon();
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
        int ops = (down.wantsMore() ? SelectionKey.OP_READ : 0) | (up.wantsRoom() ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != ops) {
            key.interestOps(ops);
        }
        if (up.wantsMore()) {
            readable.arm();
        }
        if (down.wantsRoom()) {
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

    // ---- ending

    /** As a process that ends: a FIN where everything was delivered, a reset where something was under way. */
    void close() {
        boolean lost = down.hasPending() || !connected;
        boolean lostByReal = up.hasPending() || (!up.isOver() && !isDrained());
        end(lost, lostByReal);
    }

    /** Whether everything that the client wrote was taken; the network may have thrown the rest away by now. */
    private boolean isDrained() {
        return inner.peer().end().isReady(Readiness.DRAINED.condition, 1);
    }

    private void abort() {
        end(true, true);
    }

    private void end(boolean resetInner, boolean resetOuter) {
        if (over) {
            return;
        }
        over = true;
        loop.ended(this); // before anybody is told
        for (Watch watch : List.of(readable, writable, gone)) {
            watch.cancel();
        }
        ending(resetInner ? inner::reset : inner::close);
        if (resetOuter) {
            ending(() -> outer.setOption(StandardSocketOptions.SO_LINGER, 0));
        }
        ending(outer::close);
        up.release();
        down.release();
    }

    /** What is closed is closed, whatever it throws. */
    private void ending(BridgeFlow.Finish step) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            loop.failed(e);
        }
    }

    /** Wakes this link, once it is armed, as soon as the end in memory is ready for something. */
    private final class Watch implements Runnable {

        private final Set<Readiness> ops;
        private volatile boolean armed;
        private @Nullable Registration registration;

        Watch(Set<Readiness> ops) {
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
