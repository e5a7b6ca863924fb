package dev.nettest;

import dev.nettest.kernel.AddressBook;
import dev.nettest.kernel.EventRing;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One isolated network, inside this process: addresses, listeners, connections, datagrams, names and a clock. Two networks never see each
 * other, and nothing of one outlives its {@link #close()}. This is the place to begin:
 *
 * <pre>{@code
 * try (Network network = Network.create()) {
 *     Listener listener = network.listen("10.0.0.5:80");
 *     Connection client = network.connect("10.0.0.5:80");
 *     Connection server = listener.accept();
 *     ...
 * }
 * }</pre>
 *
 * <p>Addresses are text such as {@code "127.0.0.1:8080"}, {@code "[::1]:8080"}, {@code "localhost:0"} or {@code "*:8080"}, or
 * {@link InetSocketAddress}es; an address need not exist anywhere to be bound or dialled from. Listeners and connections, but not
 * datagrams, take Unix domain sockets too: {@code "unix:/run/app.sock"}, or a {@link UnixDomainSocketAddress}. Such a path belongs to a host,
 * of what is called here to {@link #localhost()}; no file is made, see {@link #unlink(String)}. Any thread may call any method at any
 * time. Methods that wait say so, and say what limits them.
 */
public final class Network implements AutoCloseable {

    private final NetworkConfig config;
    private final NetworkClock clock;
    private final Activity activity;
    private final ClockTimers timers;
    private final Idleness idleness;
    private final Hosts hosts;
    private final AddressBook<Listener> book;
    private final Connections connections;
    private final Datagrams datagrams;
    private final Links links = new Links(this);
    private final EventRing events;
    private final @Nullable History history;
    private final Faults faults = new Faults(new NetworkScope(this));
    private final NetworkEnd end = new NetworkEnd(this);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean checked = new AtomicBoolean();
    private final List<NetworkExecutor> executors = new CopyOnWriteArrayList<>();
    private final List<Bridge> bridges = new CopyOnWriteArrayList<>();
    private @Nullable NetworkExecutor executor; // guarded by executors

    private Network(NetworkConfig config, boolean remembers) {
        this.config = config;
        this.clock = config.newClock();
        this.history = remembers ? new History(clock) : null;
        this.events = new EventRing(history);
        this.activity = new Activity(clock);
        this.timers = new ClockTimers(clock, activity);
        this.idleness = new Idleness(this, activity);
        this.hosts = new Hosts(this);
        this.book = new AddressBook<>(config.firstEphemeralPort(), config.lastEphemeralPort(), hosts::ownerOf);
        this.connections = new Connections(this, book);
        this.datagrams = new Datagrams(this);
        if (clock instanceof VirtualClock virtual) {
            virtual.join(activity, idleness);
        }
    }

    /** A network with {@link NetworkConfig#defaults()}. */
    public static Network create() {
        return create(NetworkConfig.defaults());
    }

    /** A network with these settings. */
    public static Network create(NetworkConfig config) {
        return new Network(Objects.requireNonNull(config, "config"), false);
    }

    /** A network that remembers all that happens in it. */
    static Network remembering(NetworkConfig config) {
        return new Network(config, true);
    }

    History history() {
        return Objects.requireNonNull(history, "a network that remembers");
    }

    // ---- connections

    /** Two connected ends, on localhost and ephemeral ports. Neither was accepted, so neither can leak. */
    public ConnectionPair pair() throws IOException {
        checkUp("pair");
        int capacity = config.receiveBufferSize();
        Connection client = connections.create(localhost(), capacity, capacity);
        client.peer().life().home(localhost());
        SystemError refused = connections.establish(
                localhost(),
                client,
                new InetSocketAddress(localhost().addresses().get(0), book.nextPort()));
        if (refused != null) {
            throw refused.exception(config.personality());
        }
        if (localhost().isCutOff() || !links.isTrivial()) {
            client.life().way().follow();
        }
        client.life().scope().judgeFromBirth();
        client.peer().life().scope().judgeFromBirth();
        return new ConnectionPair(client, client.peer());
    }

    /** Listens on localhost and a free port. */
    public Listener listen() throws IOException {
        return localhost().listen();
    }

    /**
     * Listens on {@code address}; port 0 takes a free one, a host of {@code *} or none every address that belongs to no
     * {@linkplain #host named host}. An address of a named host is bound as that host's; any other is claimed for none.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws UnknownHostException if its host is a name that this network does not know
     * @throws BindException {@code Address already in use}, of a path also where the listener that made it is closed
     */
    public Listener listen(String address) throws IOException {
        return listen(parse(address));
    }

    /** As {@link #listen(String)}. */
    public Listener listen(SocketAddress address) throws IOException {
        return localhost().listen(address);
    }

    /**
     * Claims {@code address} without listening on it; port 0 takes a free one. For code that binds first and decides later.
     *
     * @throws UnknownHostException if its host is a name that this network does not know
     * @throws BindException {@code Address already in use}
     */
    public Binding bind(SocketAddress address) throws IOException {
        return localhost().bind(address);
    }

    /**
     * Removes what stands at a path of {@link #localhost()}, bound or not; the twin of {@code Files.deleteIfExists}, as no file of the file
     * system is meant. As there, a listener that is bound there goes on, with the connections that it has, but no dial finds it. A
     * path stays when its listener is closed, and cannot be bound again before it is removed.
     *
     * @param address as {@code "unix:/run/app.sock"}
     * @return whether there was something
     * @throws IllegalArgumentException if it is no address
     * @throws UnsupportedAddressTypeException if it is no path
     */
    public boolean unlink(String address) {
        return unlink(parse(address));
    }

    /** As {@link #unlink(String)}. */
    public boolean unlink(SocketAddress address) {
        return localhost().unlink(address);
    }

    /** A listener that has its address. */
    Listener started(Listener listener) throws SocketException {
        if (faults.concerns(Operation.Kind.ACCEPT) || listener.host().faults().concerns(Operation.Kind.ACCEPT)) {
            listener.renew(Operation.Kind.ACCEPT);
        }
        if (listener.host().isCutOff()) {
            listener.holdAsHostSays();
        }
        if (isClosed() || !listener.host().isUp()) {
            listener.close(); // closed just now, and perhaps not seen by it
            listener.host().checkUp("listen");
        }
        events.record(EventRing.Kind.LISTEN, listener.eventSubject(), 0);
        return listener;
    }

    /**
     * Dials. Done when the connection is queued at the listener, before it is accepted, as after a kernel's handshake; waits while the
     * backlog is full, until the {@linkplain Connection#connectTimeout connect timeout}.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws UnknownHostException if its host is a name that this network does not know
     * @throws java.net.ConnectException {@code Connection refused} where nobody listens
     * @throws SocketException {@code Network is down} if this network is closed; {@code No such file or directory} where nothing stands
     *     at a path
     */
    public Connection connect(String address) throws IOException {
        return connect(parse(address));
    }

    /** As {@link #connect(String)}. */
    public Connection connect(SocketAddress address) throws IOException {
        return connect(address, connection -> {});
    }

    /**
     * As {@link #connect(String)}; {@code beforeHandshake} gets the dialling end first, to set its address, buffers, timeouts and
     * faults. It runs outside every lock and must not wait. If it throws, the dial fails with that and nobody saw it.
     */
    public Connection connect(String address, Consumer<? super Connection> beforeHandshake) throws IOException {
        return connect(parse(address), beforeHandshake);
    }

    /** As {@link #connect(String, Consumer)}. */
    public Connection connect(SocketAddress address, Consumer<? super Connection> beforeHandshake) throws IOException {
        return connect(address, beforeHandshake, Face.CHANNEL);
    }

    /**
     * As {@link #connect(String, Consumer)}, with the exceptions of {@code face}, and closed by an interrupt as that is. An end that
     * is made as a socket belongs to the code under test, which has to close it.
     */
    public Connection connect(SocketAddress address, Consumer<? super Connection> beforeHandshake, Face face)
            throws IOException {
        return localhost().connect(address, beforeHandshake, face);
    }

    /** {@link #connect(String)} without blocking; cancelling it, as a {@code CompletableFuture}, gives the dial up. */
    public CompletionStage<Connection> connectAsync(String address) {
        return connectAsync(parse(address), connection -> {});
    }

    /** {@link #connect(String, Consumer)} without blocking; cancelling it gives the dial up. */
    public CompletionStage<Connection> connectAsync(String address, Consumer<? super Connection> beforeHandshake) {
        return connectAsync(parse(address), beforeHandshake);
    }

    /** {@link #connect(SocketAddress, Consumer)} without blocking; cancelling it gives the dial up. */
    public CompletionStage<Connection> connectAsync(
            SocketAddress address, Consumer<? super Connection> beforeHandshake) {
        return localhost().connectAsync(address, beforeHandshake);
    }

    // ---- datagrams

    /** Binds a datagram endpoint to localhost and a free port. UDP has ports of its own. */
    public DatagramEndpoint bindDatagram() throws IOException {
        return localhost().bindDatagram();
    }

    /**
     * Binds a datagram endpoint; port 0 takes a free one, a host of {@code *} or none every address that belongs to no
     * {@linkplain #host named host}. An address of a named host is bound as that host's; any other is claimed for none.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws UnknownHostException if its host is a name that this network does not know
     * @throws BindException {@code Address already in use}
     * @throws SocketException {@code Network is down} if this network is closed
     */
    public DatagramEndpoint bindDatagram(String address) throws IOException {
        return bindDatagram(parse(address));
    }

    /** As {@link #bindDatagram(String)}. */
    public DatagramEndpoint bindDatagram(SocketAddress address) throws IOException {
        return bindDatagram(address, endpoint -> {});
    }

    /** As {@link #bindDatagram(SocketAddress, Consumer)}. */
    public DatagramEndpoint bindDatagram(String address, Consumer<? super DatagramEndpoint> beforeBind)
            throws IOException {
        return bindDatagram(parse(address), beforeBind);
    }

    /**
     * As {@link #bindDatagram(String)}; {@code beforeBind} gets the endpoint first, to set options that matter to the binding, as
     * {@link DatagramEndpoint#reuseAddress} does. It runs outside every lock and must not wait. If it throws, nothing was bound.
     */
    public DatagramEndpoint bindDatagram(SocketAddress address, Consumer<? super DatagramEndpoint> beforeBind)
            throws IOException {
        return localhost().bindDatagram(address, beforeBind);
    }

    // ---- the world outside

    /**
     * Connects an address of this network to a real TCP server outside, so that faults can be put between a client and, say, a real
     * database: listens on {@code address}, and carries each connection that is dialled there over a real one of its own. Nothing
     * else of a network touches real sockets, and this only where it is called. See {@link Bridge}.
     *
     * @param address in this network, as {@link #listen(String)} takes it
     * @param real of the real server, outside; a name is looked up now, by the operating system. Nobody is dialled yet, and nobody
     *     has to listen there yet
     * @throws IllegalArgumentException if {@code address} is none, or the real port is 0
     * @throws UnknownHostException if this network does not know the host of {@code address}, or the operating system that of
     *     {@code real}
     * @throws UnsupportedAddressTypeException if {@code real} is no {@link InetSocketAddress}
     * @throws BindException {@code Address already in use}, in this network
     * @throws IOException if the operating system has no means left, such as file descriptors
     */
    public Bridge bridge(String address, SocketAddress real) throws IOException {
        return bridge(parse(address), real);
    }

    /** As {@link #bridge(String, SocketAddress)}. */
    public Bridge bridge(SocketAddress address, SocketAddress real) throws IOException {
        checkUp("bridge");
        Bridge bridge = Bridge.open(this, Objects.requireNonNull(address, "address"), Bridge.resolved(real));
        bridges.add(bridge);
        bridge.start();
        if (isClosed()) {
            bridge.close(); // closed just now, and perhaps not seen by it
            checkUp("bridge");
        }
        return bridge;
    }

    // ---- hosts and names

    /**
     * A new host with these addresses, which is known by its name from now on.
     *
     * @param addresses one or more, written out, as {@code "10.0.0.5"} or {@code "fd00::5"}
     * @throws IllegalArgumentException if {@code name} is no host name or in use; if there is no address, or one is none, belongs to
     *     another host, is given twice, or is bound already
     */
    public Host host(String name, String... addresses) {
        return hosts.add(name, addresses);
    }

    /** The default host, 127.0.0.1 and ::1, with whatever belongs to no other: what is bound and dialled on this network is so there. */
    public Host localhost() {
        return hosts.localhost();
    }

    /** The names that are known here, to add to and to change. */
    public Names names() {
        return hosts.names();
    }

    /**
     * The name of an address, as a reverse lookup finds it: of those that resolve to it the first one that was made. Ask here for that of a
     * client that was accepted: its {@code InetAddress.getHostName()}, as that of any address without a name, asks the operating system.
     *
     * @throws UnknownHostException with the address, if no name resolves to it
     */
    public String reverse(InetAddress address) throws UnknownHostException {
        return names().reverse(address);
    }

    /**
     * The addresses of a host, in order; a dial takes the first, and does not try the others, as {@code java.net.Socket} does. Asks
     * nobody outside: an address that is written out stands for itself, {@code localhost} is 127.0.0.1 and ::1, and the rest is
     * said by {@link #names()}. An address that was found by its name says that name, as the JDK's do, and looks nothing up for it.
     *
     * @throws UnknownHostException with the name, if this network does not know it
     */
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        InetAddress literal = Addresses.literal(name);
        if (literal != null) {
            return List.of(literal);
        }
        return names().resolve(name);
    }

    // ---- links

    /**
     * The link between two sides, which at first does nothing: set its {@link Impairment}s, cut it, hold it up. The same sides have the same
     * link, in either order.
     *
     * @param a the name of a host, an address such as {@code 10.0.0.5}, a range such as {@code 10.0.0.0/8} or {@code fd00::/8}, or
     *     {@code *} for everybody
     * @param b the other side
     * @throws IllegalArgumentException if one of them is none of these, or they are the same named host
     */
    public Link link(String a, String b) {
        return links.between(a, b);
    }

    /**
     * As {@link #link(String, String)}, between two hosts.
     *
     * @throws IllegalArgumentException if they are the same, or of another network
     */
    public Link link(Host a, Host b) {
        return links.between(a, b);
    }

    /**
     * The link that everything goes over for which there is no narrower one, on {@link #localhost()} too: each pair of addresses has one such.
     * On a connection forward is from the end that dialled.
     */
    public Link defaultLink() {
        return links.everywhere();
    }

    /** Cuts what is between these sides, both ways; see {@link LinkDirection#partition}. */
    public void partition(String a, String b) {
        link(a, b).partition();
    }

    /** As {@link #partition(String, String)}. */
    public void partition(Host a, Host b) {
        link(a, b).partition();
    }

    /** Cuts only what goes from the one side to the other; what comes back arrives. */
    public void partitionOneWay(String from, String to) {
        link(from, to).forward().partition();
    }

    /** As {@link #partitionOneWay(String, String)}. */
    public void partitionOneWay(Host from, Host to) {
        link(from, to).forward().partition();
    }

    /** Mends what is between these sides, both ways; see {@link LinkDirection#repair}. */
    public void repair(String a, String b) {
        link(a, b).repair();
    }

    /** As {@link #repair(String, String)}. */
    public void repair(Host a, Host b) {
        link(a, b).repair();
    }

    /** Mends every link. */
    public void repair() {
        links.repairAll();
    }

    /** Cuts a host off from everybody else, until {@link #repair()} or {@link #rejoin}. */
    public void isolate(Host host) {
        links.outside(host).partition();
    }

    /** Ends the {@linkplain #isolate isolation} of a host. */
    public void rejoin(Host host) {
        links.outside(host).repair();
    }

    /**
     * Splits hosts into groups: within a group everything goes on, between groups nothing gets through. Hosts that stand in no group are
     * reached by all. Partitions from before stay; {@link #repair()} ends them all.
     *
     * @throws IllegalArgumentException if there are fewer than two groups, or a host stands in more than one place, or is of another
     *     network; nothing is cut then
     */
    public void split(Collection<? extends Collection<Host>> groups) {
        links.split(List.copyOf(groups));
    }

    // ---- waiting

    /**
     * Waits until somebody listens where a dial of {@code address} would be answered; with port 0, on any port of that host. This is
     * how a client waits for a server that it did not start itself, without a change to the server.
     *
     * @return the listener
     * @throws AssertionError when {@link NetworkConfig#awaitLimit()} passes first, with a picture of the network
     */
    public Listener awaitListening(String address) throws IOException {
        return awaitListening(address, config.awaitLimit());
    }

    /** As {@link #awaitListening(String)}, with a limit. */
    public Listener awaitListening(String address, Duration limit) throws IOException {
        return awaitListening(parse(address), limit);
    }

    /** As {@link #awaitListening(String)}. */
    public Listener awaitListening(SocketAddress address) throws IOException {
        return awaitListening(address, config.awaitLimit());
    }

    /** As {@link #awaitListening(String)}, with a limit. */
    public Listener awaitListening(SocketAddress address, Duration limit) throws IOException {
        return localhost().awaitListening(address, limit);
    }

    /**
     * As {@link #awaitListening(String)}, and fails at once when the server ends before it listens: with the exception that it
     * failed with, or with an {@code AssertionError} if it just returned.
     *
     * @param server what runs the server, as an {@code ExecutorService} or a {@code CompletableFuture} returns it
     */
    public Listener awaitListening(String address, Future<?> server) throws IOException {
        return awaitListening(parse(address), server);
    }

    /** As {@link #awaitListening(String, Future)}. */
    public Listener awaitListening(SocketAddress address, Future<?> server) throws IOException {
        return localhost().awaitListening(address, server);
    }

    /** {@link #awaitListening(String, Duration)} as a stage; cancel it as a {@code CompletableFuture}. */
    public CompletionStage<Listener> whenListening(String address, Duration limit) {
        return whenListening(parse(address), limit);
    }

    /** As {@link #whenListening(String, Duration)}. */
    public CompletionStage<Listener> whenListening(SocketAddress address, Duration limit) {
        return localhost().whenListening(address, limit);
    }

    // ---- time

    /** The clock that everything here runs on. */
    public NetworkClock clock() {
        return clock;
    }

    /**
     * An executor on this network's clock: delays and rates are its time, and its threads take part in this network, so that a virtual
     * clock stands still while one of them can run. It makes daemon threads as it needs them and ends with the network.
     *
     * @throws IllegalStateException on a {@linkplain VirtualClock#selfAdvancing() self-advancing} clock where no thread has registered yet, see
     *     {@link #participate()}
     */
    public ScheduledExecutorService executor() {
        synchronized (executors) {
            if (executor == null) {
                executor = startExecutor();
            }
            return executor;
        }
    }

    /**
     * Another executor as {@link #executor()}, for code under test that owns its threads and shuts them down. Its
     * {@code awaitTermination} waits on this network's clock.
     */
    public ScheduledExecutorService newExecutor() {
        return startExecutor();
    }

    private NetworkExecutor startExecutor() {
        checkSomebodyTakesPart();
        NetworkExecutor started = new NetworkExecutor(timers, activity);
        executors.add(started);
        if (isClosed()) {
            started.shutdownNow();
        }
        return started;
    }

    /**
     * Makes threads that take part in this network from their start to their end, for executors and code that are not the network's:
     * {@code Executors.newFixedThreadPool(4, network.threadFactory())}. They are daemon threads. Such a thread is known to wait, exactly,
     * while it waits in the network; while it waits for something else, such as its pool's next task, Linux is asked, see
     * {@link #awaitIdle()}.
     *
     * @throws IllegalStateException as {@link #executor()}
     */
    public ThreadFactory threadFactory() {
        checkSomebodyTakesPart();
        return activity.threadFactory();
    }

    /**
     * The current thread takes part in this network until the result is closed: {@link #awaitIdle()} of other threads waits for it, a
     * {@link VirtualClock} stands still while it can run, and on a {@linkplain VirtualClock#selfAdvancing() self-advancing} clock it may
     * wait in the network. There the thread that runs the test has to; {@code NetworkExtension} does it for it. A thread that takes
     * part already goes on with that, and the result of a further call does nothing when it is closed.
     */
    public Participation participate() {
        Member member = activity.current();
        if (member != null) {
            return new Participation(() -> {});
        }
        Member registered = activity.register();
        return new Participation(() -> activity.unregister(registered));
    }

    /** On a clock that moves by itself, threads could be overtaken by time while the test that made them is not known to run. */
    private void checkSomebodyTakesPart() {
        VirtualClock moving = activity.selfAdvancing();
        if (moving != null && !isClosed() && !moving.hasRegistered() && activity.current() == null) {
            throw new IllegalStateException("the thread \""
                    + Thread.currentThread().getName()
                    + "\" takes no part in a network whose clock moves by itself, so time would pass while it sets up its"
                    + " test; register it first with network.participate()");
        }
    }

    // ---- idleness

    /**
     * Waits until this network is idle: nothing is in flight, and every thread that takes part waits. Then nothing will change unless
     * the test acts or time moves, so that "nothing more was sent" can be looked at instead of waited for. The calling thread does
     * not count.
     *
     * <p>The threads of {@link #executor()}, {@link #newExecutor()} and {@link #threadFactory()} take part, and those that are registered with
     * {@link #participate()}. Their waits in the network are counted, exactly. Where one waits for something else (a queue, a lock, a
     * future), the operating system is asked, which has a sound answer on Linux; for virtual threads the JDK, which has one since 24. Where
     * there is none, and where one of them runs or sleeps ({@code Thread.sleep}) until the limit, this fails and says which and where.
     * What only other threads will do is not waited for: coroutines on dispatchers of their own, what is behind a {@link Bridge}.
     *
     * <p>Deliveries that are on their way are waited for where time moves by itself; on a {@link VirtualClock} that is moved by hand only
     * the test can let them arrive. Timeouts are not waited for: time moves on only after this has returned.
     *
     * @throws AssertionError when {@link NetworkConfig#awaitLimit()} passes first, or the same in real time on a clock that stands
     * @throws IllegalStateException where the current thread may not wait in this network, see {@link NetworkClock#checkMayWait}
     */
    public void awaitIdle() {
        awaitIdle(config.awaitLimit());
    }

    /**
     * As {@link #awaitIdle()}, with a limit on this network's clock.
     *
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public void awaitIdle(Duration limit) {
        idleness.await(limit);
    }

    /**
     * {@link #awaitIdle(Duration)} as a stage, which fails as that does; cancel it as a {@code CompletableFuture}. Any thread may call this,
     * also one that may not wait in this network.
     *
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public CompletionStage<Void> whenIdle(Duration limit) {
        return idleness.when(limit);
    }

    /**
     * Whether this network is idle now, as {@link #awaitIdle()} has it, the calling thread apart. True is certain. False it is also where
     * that cannot be told soundly just now, so that an idle network may say so for a moment; {@link #awaitIdle()} asks again. Does not wait.
     */
    public boolean isIdle() {
        return idleness.busy() == null;
    }

    // ---- faults and looking

    /** The faults of everything in this network. */
    public Faults faults() {
        return faults;
    }

    /** The seed of this network's dice. */
    public long seed() {
        return config.seed();
    }

    /** The settings. */
    public NetworkConfig config() {
        return config;
    }

    /** How this network looks now. */
    public Snapshot snapshot() {
        return Diagnosis.snapshot(this);
    }

    /**
     * An {@code AssertionError} that says {@code message} and shows this network: for awaits and matchers that are built upon it.
     */
    public AssertionError failure(String message) {
        return Diagnosis.failure(this, message, Thread.currentThread().getName());
    }

    /**
     * Attaches this network's seed and clock to what a test failed with, as a suppressed exception: for extensions of test frameworks.
     */
    public void explain(Throwable failure) {
        failure.addSuppressed(new SeedOfFailure(this));
    }

    // ---- ending

    /** Whether it is closed. */
    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Closes every listener, every connection, every datagram endpoint and every bridge, frees everybody who waits, and interrupts the threads of
     * {@link #executor()}. Waits for nobody and checks nothing: for a test that has failed already, and for whoever wants to let freed code finish
     * before {@link #close()} looks at what it left behind. Idempotent.
     */
    public void shutdown() {
        if (closed.compareAndSet(false, true)) {
            end.shutdown();
            activity.end();
        }
    }

    /**
     * {@linkplain #shutdown() Shuts down} and waits for the threads of {@link #executor()} and of bridges. Then, where
     * {@linkplain NetworkConfig#checksLeaks() configured}, fails for connections that code under test accepted, and sockets that it made, and did not close,
     * not even in the second after it was freed, and for faults that never acted. Only the first call checks.
     *
     * @throws AssertionError at most one, after everything is released
     */
    @Override
    public void close() {
        shutdown();
        if (checked.compareAndSet(false, true)) {
            end.check();
        }
    }

    @Override
    public String toString() {
        return "network" + (isClosed() ? " (closed)" : "");
    }

    // ---- for the rest of the package

    ClockTimers timers() {
        return timers;
    }

    /** Who can run, and what is in flight. */
    Activity activity() {
        return activity;
    }

    AddressBook<Listener> book() {
        return book;
    }

    Hosts hosts() {
        return hosts;
    }

    Connections connections() {
        return connections;
    }

    Datagrams datagrams() {
        return datagrams;
    }

    Links links() {
        return links;
    }

    EventRing events() {
        return events;
    }

    List<NetworkExecutor> executors() {
        return executors;
    }

    List<Bridge> bridges() {
        return bridges;
    }

    void remember(InstalledFault fault) {
        end.remember(fault);
    }

    /** Code under test closed an end. */
    void ownerClosed() {
        end.ownerClosed();
    }

    SocketAddress parse(String address) {
        return Addresses.parse(address);
    }

    /** As {@link #resolved}; a path as it is. */
    SocketAddress target(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress path ? Addresses.checkedLength(path) : resolved(address);
    }

    /** An address of this network, its host's first if it is a name. */
    InetSocketAddress resolved(SocketAddress address) throws UnknownHostException {
        Objects.requireNonNull(address, "address");
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        return inet.isUnresolved()
                ? new InetSocketAddress(resolve(inet.getHostString()).get(0), inet.getPort())
                : inet;
    }

    /** For the failure of an await that saw too little time pass. */
    String whyClockStood() {
        VirtualClock moving = activity.selfAdvancing();
        return moving == null ? "; nobody moved the virtual clock far enough meanwhile" : moving.whyItStood();
    }

    /** How long, in real time, an await on a virtual clock stays before it says that nobody moves the clock. */
    long backstop() {
        return Checks.nanos(config.awaitLimit(), "awaitLimit");
    }

    void checkUp(String what) throws SocketException {
        if (isClosed()) {
            throw down(what);
        }
    }

    /** The same, for an address that is only written out where it has to be. */
    void checkUp(String what, SocketAddress address) throws SocketException {
        if (isClosed()) {
            throw down(what + Addresses.text(address));
        }
    }

    private static SocketException down(String what) {
        return new SocketException("Network is down: it was closed before this " + what);
    }
}
