package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkClock;
import dev.nettest.TimeoutClock;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens asynchronous channels and their groups on one host. */
final class AsynchronousProvider extends AsynchronousChannelProvider {

    private static final StackWalker CALLERS = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private static final Set<Class<?>> LIBRARY = Set.of(
            AsynchronousProvider.class,
            AsynchronousGroup.class,
            AsynchronousServerChannel.class,
            AsynchronousStreamChannel.class,
            AsynchronousConnector.class,
            AsynchronousSlot.class,
            AsynchronousOperation.class);

    /** Its overloads without a timeout call those with one. */
    private static final String JDK = AsynchronousSocketChannel.class.getPackageName();

    private final Host host;
    private final TimeoutClock timeouts;
    private final Consumer<? super Connection> beforeHandshake;

    /** Opened with the first channel without a group. It ends with the network. Guarded by this. */
    private @Nullable AsynchronousGroup defaultGroup;

    /** The clock of {@link TimeoutClock#SYSTEM} beside a virtual one. Guarded by this. */
    private @Nullable NetworkClock systemClock;

    AsynchronousProvider(Host host, TimeoutClock timeouts, Consumer<? super Connection> beforeHandshake) {
        this.host = Objects.requireNonNull(host, "host");
        this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
        this.beforeHandshake = Objects.requireNonNull(beforeHandshake, "beforeHandshake");
    }

    Host host() {
        return host;
    }

    Network network() {
        return host.network();
    }

    Consumer<? super Connection> beforeHandshake() {
        return beforeHandshake;
    }

    /** The clock of the timeouts of operations, and of waits for futures. */
    TimeoutClock timeouts() {
        return timeouts;
    }

    /** The clock that runs timeouts of operations. */
    synchronized NetworkClock clock() {
        NetworkClock ofNetwork = network().clock();
        if (timeouts == TimeoutClock.NETWORK || !ofNetwork.isVirtual()) {
            return ofNetwork;
        }
        if (systemClock == null) {
            systemClock = NetworkClock.system();
        }
        return systemClock;
    }

    /** The line that begins an operation, for snapshots and the check of leaks. Null if nothing asks for it. */
    @Nullable
    StackTraceElement callSite() {
        return network().config().checksLeaks() ? CALLERS.walk(AsynchronousProvider::firstCaller) : null;
    }

    private static @Nullable StackTraceElement firstCaller(Stream<StackWalker.StackFrame> frames) {
        return frames.filter(frame -> !LIBRARY.contains(frame.getDeclaringClass())
                        && !frame.getDeclaringClass().getPackageName().equals(JDK))
                .findFirst()
                .map(StackWalker.StackFrame::toStackTraceElement)
                .orElse(null);
    }

    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(int threads, ThreadFactory factory)
            throws IOException {
        checkUp();
        if (threads <= 0) {
            throw new IllegalArgumentException("'nThreads' must be > 0");
        }
        return AsynchronousGroup.ofFixedThreads(this, threads, Objects.requireNonNull(factory, "threadFactory"));
    }

    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(ExecutorService executor, int initialSize)
            throws IOException {
        checkUp();
        return AsynchronousGroup.ofExecutor(this, Objects.requireNonNull(executor, "'executor' is null"), initialSize);
    }

    @Override
    public AsynchronousSocketChannel openAsynchronousSocketChannel(@Nullable AsynchronousChannelGroup group)
            throws IOException {
        checkUp();
        AsynchronousStreamChannel channel = new AsynchronousStreamChannel(this, group(group));
        channel.group().attach(channel);
        return channel;
    }

    @Override
    public AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(@Nullable AsynchronousChannelGroup group)
            throws IOException {
        checkUp();
        AsynchronousServerChannel channel = new AsynchronousServerChannel(this, group(group));
        channel.group().attach(channel);
        return channel;
    }

    /** @throws ShutdownChannelGroupException if the default group has ended with the network */
    private AsynchronousGroup group(@Nullable AsynchronousChannelGroup group) {
        if (group == null) {
            return defaultGroup();
        }
        if (group instanceof AsynchronousGroup ours && ours.provider() == this) {
            return ours;
        }
        throw new IllegalChannelGroupException();
    }

    private synchronized AsynchronousGroup defaultGroup() {
        if (defaultGroup == null) {
            defaultGroup = AsynchronousGroup.ofExecutor(this, network().newExecutor(), 0);
        }
        return defaultGroup;
    }

    private void checkUp() throws SocketException {
        if (network().isClosed()) {
            throw new SocketException("Network is down");
        }
    }

    @Override
    public String toString() {
        return "asynchronous channel provider of " + host;
    }
}
