package dev.nettest.samples.lettuce;

import dev.nettest.Network;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

// snippet: lettuce-timer
/** Netty's timer on a network's clock, instead of a HashedWheelTimer, which is on the system's. */
final class NetworkTimer implements Timer {

    private final Network network;

    NetworkTimer(Network network) {
        this.network = network;
    }

    @Override
    public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
        return new Entry(task, delay, unit);
    }

    /** The timeouts end with the network. */
    @Override
    public Set<Timeout> stop() {
        return Set.of();
    }

    private final class Entry implements Timeout, Runnable {

        private final TimerTask task;
        private final Future<?> future;

        Entry(TimerTask task, long delay, TimeUnit unit) {
            this.task = task;
            this.future = network.executor().schedule(this, delay, unit);
        }

        @Override
        public void run() {
            try {
                task.run(this);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean cancel() {
            return future.cancel(false);
        }

        @Override
        public boolean isCancelled() {
            return future.isCancelled();
        }

        @Override
        public boolean isExpired() {
            return future.isDone() && !future.isCancelled();
        }

        @Override
        public TimerTask task() {
            return task;
        }

        @Override
        public Timer timer() {
            return NetworkTimer.this;
        }
    }
}
// end snippet
