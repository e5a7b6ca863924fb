package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Runs the calls of a {@link ThreadedScript}, each on a thread of its own, and waits until every thread has finished or
 * is blocked for good. No timeout counts as blocked: it passes first.
 */
abstract class ThreadedArm implements AutoCloseable {
    private final SocketArm sockets;
    private final boolean virtual;

    ThreadedArm(SocketArm sockets, boolean virtual) {
        this.sockets = sockets;
        this.virtual = virtual;
    }

    boolean isVirtual() {
        return virtual;
    }

    /** @param virtual true if the calls run on virtual threads */
    static ThreadedArm onLoopback(boolean virtual) {
        return new OnLoopback(virtual);
    }

    /** @param virtual true if the calls run on virtual threads */
    static ThreadedArm inMemory(boolean virtual) {
        VirtualClock clock = VirtualClock.manual();
        Network network = Network.create(NetworkConfig.builder()
                .clock(clock)
                .receiveBufferSize(StreamWorld.RECEIVE_BUFFER)
                .build());
        return new InMemory(network, clock, virtual);
    }

    SocketArm sockets() {
        return sockets;
    }

    abstract void start(ThreadedCall call);

    /**
     * Returns when each call has finished or is blocked.
     *
     * @param expected the calls that have finished in memory; not used in memory itself
     * @param settled true if the network has delivered everything
     */
    abstract void settle(Collection<ThreadedCall> calls, Set<String> expected, BooleanSupplier settled);

    @Override
    public void close() throws IOException {
        sockets.close();
    }

    static List<ThreadedCall> unfinished(Collection<ThreadedCall> calls) {
        return calls.stream().filter(call -> !call.isDone()).toList();
    }

    private static final class InMemory extends ThreadedArm {
        private static final Duration ABOVE_ALL_TIMEOUTS = Duration.ofMillis(100);

        private final Network network;
        private final VirtualClock clock;
        private final Executor threads;

        InMemory(Network network, VirtualClock clock, boolean virtual) {
            super(SocketArm.inMemory(network), virtual);
            this.network = network;
            this.clock = clock;
            this.threads = virtual ? this::startVirtual : network.newExecutor();
        }

        /** Returns once the thread is registered, so that the network does not count as idle before that. */
        private void startVirtual(Runnable call) {
            CountDownLatch registered = new CountDownLatch(1);
            Task.startVirtual(() -> {
                Participation registration = network.participate();
                registered.countDown();
                try {
                    call.run();
                } finally {
                    registration.close();
                }
            });
            try {
                registered.await();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while a thread starts", e);
            }
        }

        @Override
        void start(ThreadedCall call) {
            threads.execute(call);
        }

        /** A timeout can let the next call begin, and that can time out in turn. */
        @Override
        void settle(Collection<ThreadedCall> calls, Set<String> expected, BooleanSupplier settled) {
            int before;
            int left = -1;
            do {
                before = left;
                network.awaitIdle();
                clock.advanceTimeBy(ABOVE_ALL_TIMEOUTS);
                network.awaitIdle();
                left = unfinished(calls).size();
            } while (left != before && left > 0);
        }
    }

    private static final class OnLoopback extends ThreadedArm {

        /** After this time a call that memory has finished is a difference. */
        private static final long PATIENCE_NANOS = 6_000_000_000L;

        private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(
                    () -> {
                        Blocked.register();
                        task.run();
                    },
                    "loopback");
            thread.setDaemon(true);
            return thread;
        });

        private final Executor threads;

        OnLoopback(boolean virtual) {
            super(SocketArm.onLoopback(), virtual);
            this.threads = virtual ? Task::startVirtual : THREADS;
        }

        @Override
        void start(ThreadedCall call) {
            threads.execute(call);
        }

        @Override
        void settle(Collection<ThreadedCall> calls, Set<String> expected, BooleanSupplier settled) {
            long start = System.nanoTime();
            while (true) {
                boolean isLate = System.nanoTime() - start > PATIENCE_NANOS;
                List<ThreadedCall> blocked = unfinished(calls);
                boolean hasMore = blocked.stream().anyMatch(call -> expected.contains(call.slot()));
                if ((!hasMore || isLate)
                        && areBlocked(blocked)
                        && (settled.getAsBoolean() || isLate)
                        && areBlocked(blocked)) {
                    return;
                }
                if (System.nanoTime() - start > 3 * PATIENCE_NANOS) {
                    throw new AssertionError("neither finished nor blocked: " + blocked);
                }
                Thread.yield();
            }
        }

        /** True if all of them have been blocked at one instant: none has run between two looks at all of them. */
        private static boolean areBlocked(List<ThreadedCall> calls) {
            long[] before = calls.stream().mapToLong(OnLoopback::switches).toArray();
            for (int i = 0; i < before.length; i++) {
                if (before[i] < 0 || switches(calls.get(i)) != before[i]) {
                    return false;
                }
            }
            return calls.stream().noneMatch(ThreadedCall::isDone);
        }

        private static long switches(ThreadedCall call) {
            Thread thread = call.thread();
            return thread == null ? -1 : Blocked.switches(thread);
        }
    }
}
