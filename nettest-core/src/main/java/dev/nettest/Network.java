package dev.nettest;

import dev.nettest.internal.net.NetworkImpl;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An isolated network inside this process: addresses, listeners, connections, datagrams, names, links and a clock. Two
 * networks never see each other, and nothing of a network outlives its {@link #close()}. Start here:
 *
 * <pre>{@code
 * try (Network network = Network.create()) {
 *     Listener listener = network.listen("10.0.0.5:80");
 *     Connection client = network.connect("10.0.0.5:80");
 *     Connection server = listener.accept();
 * }
 * }</pre>
 *
 * <p>The socket calls of {@link NetworkStack} act on the {@linkplain #localhost() default host}. Any address can be
 * bound there unless a {@linkplain #host named host} owns it; it need not exist on the machine.
 *
 * <p>Any thread may call any method at any time. The Javadoc of a method that waits says so, and names its limit.
 */
public sealed interface Network extends NetworkStack, NetworkLinks, NetworkAwaits, AutoCloseable permits NetworkImpl {

    /** A network with {@link NetworkConfig#defaults()}. */
    static Network create() {
        return create(NetworkConfig.defaults());
    }

    /** A network with these settings. */
    static Network create(NetworkConfig config) {
        return NetworkImpl.create(config);
    }

    /** Two connected ends on localhost, with ephemeral ports and without a listener. Never reported as leaks. */
    ConnectionPair pair() throws IOException;

    // ---- sockets of the default host

    @Override
    default Listener listen() throws IOException {
        return localhost().listen();
    }

    @Override
    default Listener listen(SocketAddress address) throws IOException {
        return localhost().listen(address);
    }

    @Override
    default Binding bind(SocketAddress address, boolean reuseAddress) throws IOException {
        return localhost().bind(address, reuseAddress);
    }

    @Override
    default boolean unlink(SocketAddress address) {
        return localhost().unlink(address);
    }

    @Override
    default Connection connect(SocketAddress address, Consumer<? super Connection> beforeHandshake, SocketKind kind)
            throws IOException {
        return localhost().connect(address, beforeHandshake, kind);
    }

    @Override
    default CompletionStage<Connection> connectAsync(
            SocketAddress address, Consumer<? super Connection> beforeHandshake) {
        return localhost().connectAsync(address, beforeHandshake);
    }

    @Override
    default DatagramEndpoint bindDatagram() throws IOException {
        return localhost().bindDatagram();
    }

    @Override
    default DatagramEndpoint bindDatagram(
            SocketAddress address, Consumer<? super DatagramEndpoint> beforeBind, SocketKind kind) throws IOException {
        return localhost().bindDatagram(address, beforeBind, kind);
    }

    @Override
    default Listener awaitListening(SocketAddress address) throws IOException {
        return localhost().awaitListening(address);
    }

    @Override
    default Listener awaitListening(SocketAddress address, Duration limit) throws IOException {
        return localhost().awaitListening(address, limit);
    }

    @Override
    default Listener awaitListening(SocketAddress address, Future<?> server) throws IOException {
        return localhost().awaitListening(address, server);
    }

    @Override
    default CompletionStage<Listener> whenListening(SocketAddress address, Duration limit) {
        return localhost().whenListening(address, limit);
    }

    // ---- bridges

    /**
     * Puts a real TCP server behind an address of this network, so that faults can act between it and its clients. The
     * bridge listens on {@code address} and carries each connection over a real one. Nothing else of a network opens
     * real sockets. See {@link Bridge}.
     *
     * @param address an address of this network, like {@link #listen(String)}
     * @param real the address of the real server. The operating system resolves its name now; the server need not
     *     listen yet
     * @throws IllegalArgumentException if {@code address} is not an address, or the real port is 0
     * @throws UnknownHostException if the network or the operating system does not know a name
     * @throws UnsupportedAddressTypeException if {@code real} is not an {@link InetSocketAddress}
     * @throws BindException {@code Address already in use} in this network
     * @throws IOException if the operating system lacks a resource, such as a file descriptor
     */
    default Bridge bridge(String address, SocketAddress real) throws IOException {
        return bridge(Addresses.parse(address), real);
    }

    /** Like {@link #bridge(String, SocketAddress)}. */
    Bridge bridge(SocketAddress address, SocketAddress real) throws IOException;

    // ---- hosts and names

    /**
     * Makes a host that owns {@code addresses}. Its name resolves to them.
     *
     * @param addresses one or more literals such as {@code "10.0.0.5"} or {@code "fd00::5"}
     * @throws IllegalArgumentException if {@code name} is not a host name or is in use. If there is no address, or an
     *     address is not a literal, is given twice, is bound already or belongs to another host
     */
    Host host(String name, String... addresses);

    /**
     * The default host: 127.0.0.1, ::1, and every address that no named host owns. The socket calls of the network act
     * on it.
     */
    Host localhost();

    /** The named hosts, in the order in which they were made. An unmodifiable copy, without {@link #localhost()}. */
    List<Host> hosts();

    /** The names that this network knows, to add to and to change. */
    Names names();

    /**
     * Reverse lookup: the name of {@code address}; the oldest one if several names resolve to it. Use it for the
     * address of an accepted client, because {@code InetAddress.getHostName()} of an address without a name asks the
     * operating system.
     *
     * @throws UnknownHostException with the address, if no name resolves to it
     */
    String reverse(InetAddress address) throws UnknownHostException;

    /**
     * The addresses of a name, in order. A connect takes the first and does not try the others, like
     * {@code java.net.Socket}. No outside resolver is asked: a literal resolves to itself, {@code localhost} to
     * 127.0.0.1 and ::1, any other name as {@link #names()} says. The returned addresses carry the name, like those of
     * the JDK.
     *
     * @throws UnknownHostException with the name, if this network does not know it
     */
    List<InetAddress> resolve(String name) throws UnknownHostException;

    // ---- time

    /** The clock of everything in this network. */
    NetworkClock clock();

    /**
     * The network's executor. Its delays run on the network's clock, and its threads are registered: a virtual clock
     * stands while one of them can run. It starts daemon threads on demand and ends with the network.
     *
     * @throws IllegalStateException on a {@linkplain VirtualClock#selfAdvancing() self-advancing} clock without a
     *     registered thread, see {@link #participate()}
     */
    ScheduledExecutorService executor();

    /**
     * A further executor like {@link #executor()}, for code that owns its threads and shuts them down, like a
     * {@code ScheduledThreadPoolExecutor}. Its {@code awaitTermination} waits on the network's clock.
     */
    ScheduledExecutorService newExecutor();

    /**
     * Makes daemon threads that are registered from start to end, for executors of the code under test:
     * {@code Executors.newFixedThreadPool(4, network.threadFactory())}. A wait of such a thread in the network is
     * counted exactly. For any other wait, such as for the next task of its pool, the operating system is asked; see
     * {@link #awaitIdle()}.
     *
     * @throws IllegalStateException like {@link #executor()}
     */
    ThreadFactory threadFactory();

    /**
     * Like {@link #threadFactory()}, with threads that {@code factory} makes, for libraries that need their own names,
     * groups or classes of threads.
     *
     * @throws IllegalStateException like {@link #executor()}
     */
    ThreadFactory threadFactory(ThreadFactory factory);

    /**
     * Registers the current thread until the result is closed. {@link #awaitIdle()} of other threads waits for it, and
     * a {@link VirtualClock} stands while it can run. On a {@linkplain VirtualClock#selfAdvancing() self-advancing}
     * clock only registered threads may wait in the network, so the test's own thread must register;
     * {@code NetworkExtension} does that. Registering a thread again has no effect.
     */
    Participation participate();

    /**
     * True if the current thread is registered: by {@link #participate()}, or because it
     * {@linkplain NetworkConfig.Builder#joinThreads joined}. The threads of the executors and factories of this network
     * are registered too.
     */
    boolean isRegistered();

    // ---- inspection

    /** The seed of all random choices. */
    long seed();

    /** The settings. */
    @Override
    NetworkConfig config();

    /** The current state of the network, like {@code netstat}, and everything that waits in it. */
    Snapshot snapshot();

    /**
     * The history of the network: its last events, or all of them; see {@link NetworkConfig.Builder#trace}. It stays
     * after a {@link #close()}.
     */
    Trace trace();

    /**
     * Has each snapshot ask {@code waiter} until the result is cancelled. An adapter shows in this way a wait for a
     * {@code CompletionStage}, which the network cannot name. The rules are those of {@link WaitingCallback#waiter()}.
     *
     * @param at the socket in whose row it is shown; null for none
     * @throws IllegalArgumentException if {@code at} is of another network
     */
    @SuppressWarnings("exports") // JSpecify is optional
    Registration onSnapshot(@Nullable Awaitable at, Supplier<? extends Snapshot.@Nullable Waiter> waiter);

    /**
     * An {@code AssertionError} with {@code message}, everything that waits, and a network snapshot, for awaits and
     * matchers outside this library.
     */
    AssertionError failure(String message);

    /**
     * Like {@link #failure(String)}, for a network in which everything waits: {@code reason} and the waiters are one
     * sentence, such as {@code nothing more can happen, and these still wait:}. Without a waiter it is {@code reason}.
     */
    AssertionError hang(String reason);

    /**
     * Has a wait of the current thread fail with a {@linkplain #hang report}, one second after an interrupt that it
     * ignores, until the result is cancelled. The streams of a connection and the sockets of {@code java.net} ignore
     * interrupts, so a timeout that interrupts its test could not end it. {@code NetworkExtension} calls it for each
     * test; an extension of another test framework can call it too.
     */
    Registration failInterruptedWaits();

    /** Adds seed and time to a test's failure, as a suppressed exception; for extensions of test frameworks. */
    void explain(Throwable failure);

    // ---- ending

    /** True after {@link #shutdown()} or {@link #close()}. */
    boolean isClosed();

    /**
     * Closes all listeners, connections, datagram endpoints and bridges, releases every waiting thread, and interrupts
     * the threads of {@link #executor()}. Does not wait and checks nothing. Call it before {@link #close()} if the
     * released code should finish first. Idempotent.
     */
    void shutdown();

    /**
     * {@linkplain #shutdown() Shuts down}, and waits for the threads of {@link #executor()} and of bridges. Then
     * checks, if {@linkplain NetworkConfig#checksLeaks() configured}. It fails for {@linkplain
     * NetworkConfig.Builder#checksLeaks leaks} that the code under test does not close within a second, and for faults
     * that never fired. It always fails for handlers of {@link Listener#serve} that failed. Only the first call checks.
     *
     * @throws AssertionError at most one, after everything is released
     */
    @Override
    void close();
}
