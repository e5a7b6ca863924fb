package dev.nettest.samples.netty;

import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkClock;
import dev.nettest.TimeoutClock;
import dev.nettest.channel.NetworkChannels;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Ticker;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

// snippet: netty-loops
/** Event loops of Netty 4.2 on the clock of a network: schedules, idle handlers, read and connect timeouts. */
public final class NetworkEventLoops extends MultiThreadIoEventLoopGroup {

    public NetworkEventLoops(Network network, int threads) {
        this(network, threads, network.threadFactory());
    }

    /** With threads that have to be registered, like those of {@code network.threadFactory(delegate)}. */
    public NetworkEventLoops(Network network, int threads, ThreadFactory registered) {
        super(threads, registered, NioIoHandler.newFactory(provider(network.localhost())), network.clock());
    }

    /** For the channels of {@code host}. */
    public static SelectorProvider provider(Host host) {
        return NetworkChannels.selectorProvider(host, TimeoutClock.NETWORK, connection -> {});
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... arguments) {
        return new Loop(this, executor, factory, (NetworkClock) arguments[0]);
    }

    private static final class Loop extends SingleThreadIoEventLoop {

        private final Ticker ticker;
        private boolean closing;

        Loop(IoEventLoopGroup group, Executor executor, IoHandlerFactory factory, NetworkClock clock) {
            super(group, executor, factory);
            this.ticker = new NetworkTicker(clock);
        }

        /** The constructor of the superclass asks before there is a ticker. */
        @Override
        public Ticker ticker() {
            return ticker == null ? Ticker.systemTicker() : ticker;
        }

        /** Netty passes {@code System.nanoTime()}. A select waits for whole milliseconds, so this rounds up. */
        @Override
        protected long delayNanos(long systemNanos) {
            long deadline = nextScheduledTaskDeadlineNanos();
            if (deadline == -1) {
                return closing ? 0 : Long.MAX_VALUE;
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - ticker.nanoTime() + 999_999);
            return TimeUnit.MILLISECONDS.toNanos(Math.max(0, millis));
        }

        /** Netty closes channels in a pass that begins after the shutdown. The first call may be a pass too early. */
        @Override
        protected boolean confirmShutdown() {
            boolean closed = closing;
            closing = isShuttingDown();
            return super.confirmShutdown() && closed;
        }

        private final class NetworkTicker implements Ticker {

            private final NetworkClock clock;
            private final long begin = System.nanoTime();

            NetworkTicker(NetworkClock clock) {
                this.clock = clock;
            }

            @Override
            public long initialNanoTime() {
                return 0;
            }

            /** The timeout of a shutdown is real. */
            @Override
            public long nanoTime() {
                return isShuttingDown() ? clock.nanoTime() + System.nanoTime() - begin : clock.nanoTime();
            }

            @Override
            public void sleep(long delay, TimeUnit unit) throws InterruptedException {
                clock.sleep(Duration.ofNanos(unit.toNanos(delay)));
            }
        }
    }
}
// end snippet
