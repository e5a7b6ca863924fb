package dev.nettest.internal.net;

import dev.nettest.Awaitable;
import dev.nettest.ConnectionPair;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkClock;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.Personality;
import dev.nettest.Registration;
import dev.nettest.Snapshot;
import dev.nettest.Trace;
import dev.nettest.internal.bridge.BridgeImpl;
import dev.nettest.internal.event.EventRecorder;
import dev.nettest.internal.fault.FaultContext;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.name.BindTable;
import dev.nettest.internal.name.Resolver;
import dev.nettest.internal.name.UnixPathTable;
import dev.nettest.internal.time.ActivityTracker;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.time.IdleDetector;
import dev.nettest.internal.time.VirtualClockImpl;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Network}. */
public final class NetworkImpl extends LinkOperations implements Network, FaultContext {

    private static final String DOWN = "Network is down: it was closed before this ";

    private final NetworkConfig config;
    private final NetworkClock clock;
    private final ActivityTracker activity;
    private final ClockTimers timers;
    private final IdleDetector idleDetector;
    private final NetworkThreads threads;
    private final HostTable hostTable;
    private final BindTable<ListenerImpl> bindTable;
    private final UnixPathTable<ListenerImpl> unixPaths = new UnixPathTable<>();
    private final ConnectionTable connectionTable;
    private final UdpTable udpTable;
    private final DatagramRouter datagramRouter;
    private final HostLinks links = new HostLinks(this);
    private final EventRecorder events;
    private final FaultRegistry faults = new FaultRegistry(new NetworkFaultScope(this));
    private final FailureReport reports = new FailureReport(this);
    private final Shutdown shutdown = new Shutdown(this);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean checked = new AtomicBoolean();
    private final ShownWaits waits;
    private final Bridges bridges = new Bridges(this);
    private final Transcripts transcripts = new Transcripts();
    private final HandlerFailures handlerFailures = new HandlerFailures();

    private NetworkImpl(NetworkConfig config, boolean recordsAll) {
        this.config = config;
        this.clock = NetworkThreads.clockOf(config);
        this.events = recordsAll ? Recorders.unbounded(clock) : Recorders.of(config.trace(), clock);
        this.activity = new ActivityTracker(clock, config.joinThreads());
        activity.waits(new StuckWaits(this));
        this.timers = new ClockTimers(clock, activity);
        this.idleDetector = new IdleDetector(activity);
        this.waits = new ShownWaits(this, idleDetector);
        this.threads = new NetworkThreads(this, activity);
        this.hostTable = new HostTable(this);
        this.bindTable = new BindTable<>(config.firstEphemeralPort(), config.lastEphemeralPort(), hostTable::ownerOf);
        this.connectionTable = new ConnectionTable(this, bindTable);
        this.udpTable = new UdpTable(this);
        this.datagramRouter = new DatagramRouter(this, udpTable);
        if (clock instanceof VirtualClockImpl virtual) {
            virtual.join(activity, idleDetector);
        }
    }

    public static NetworkImpl create(NetworkConfig config) {
        return new NetworkImpl(Objects.requireNonNull(config, "config"), false);
    }

    /** A network whose trace has all events, however many they are. */
    static NetworkImpl recordingAll(NetworkConfig config) {
        return new NetworkImpl(config, true);
    }

    // ---- connections and bridges

    @Override
    public ConnectionPair pair() throws IOException {
        checkUp("pair");
        ConnectionImpl client = connectionTable.pair();
        return new ConnectionPair(client, client.peer());
    }

    @Override
    public BridgeImpl bridge(SocketAddress address, SocketAddress real) throws IOException {
        return bridges.open(Objects.requireNonNull(address, "address"), BridgeImpl.resolved(real));
    }

    // ---- hosts and names

    @Override
    public HostImpl host(String name, String... addresses) {
        checkOpen("host");
        Objects.requireNonNull(addresses, "addresses");
        return hostTable.add(Objects.requireNonNull(name, "name"), addresses);
    }

    @Override
    public HostImpl localhost() {
        return hostTable.localhost();
    }

    @Override
    public List<Host> hosts() {
        return List.copyOf(hostTable.named());
    }

    @Override
    public Resolver names() {
        return hostTable.names();
    }

    @Override
    public String reverse(InetAddress address) throws UnknownHostException {
        return names().reverse(address);
    }

    @Override
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        return hostTable.resolve(Objects.requireNonNull(name, "name"));
    }

    // ---- time and threads

    @Override
    public NetworkClock clock() {
        return clock;
    }

    @Override
    public ScheduledExecutorService executor() {
        return threads.sharedExecutor();
    }

    @Override
    public ScheduledExecutorService newExecutor() {
        return threads.newExecutor();
    }

    @Override
    public ThreadFactory threadFactory() {
        return threads.factory();
    }

    @Override
    public ThreadFactory threadFactory(ThreadFactory factory) {
        return threads.factory(Objects.requireNonNull(factory, "factory"));
    }

    @Override
    public Participation participate() {
        return threads.participate();
    }

    @Override
    public boolean isRegistered() {
        return activity.current() != null;
    }

    @Override
    public Registration failInterruptedWaits() {
        return threads.failInterruptedWaits();
    }

    // ---- idle detection

    @Override
    public void awaitIdle(Duration limit) {
        new IdleAwait(this, idleDetector).await(limit);
    }

    @Override
    public CompletionStage<Void> whenIdle(Duration limit) {
        return new IdleAwait(this, idleDetector).when(limit);
    }

    @Override
    public boolean isIdle() {
        return idleDetector.busy() == null;
    }

    @Override
    public void awaitUntil(BooleanSupplier condition, Duration limit) {
        new UntilAwait(this, idleDetector, condition).await(limit);
    }

    // ---- faults and diagnosis

    @Override
    public FaultRegistry faults() {
        return faults;
    }

    @Override
    public NetworkConfig config() {
        return config;
    }

    @Override
    public Trace trace() {
        return TraceReader.read(this);
    }

    @Override
    public Snapshot snapshot() {
        return NetstatReport.snapshot(this);
    }

    @Override
    public Registration onSnapshot(@Nullable Awaitable at, Supplier<? extends Snapshot.@Nullable Waiter> waiter) {
        return waits.show(at, Objects.requireNonNull(waiter, "waiter"));
    }

    @Override
    public AssertionError failure(String message) {
        return reports.failure(Objects.requireNonNull(message, "message"));
    }

    @Override
    public AssertionError hang(String reason) {
        return reports.hang(Objects.requireNonNull(reason, "reason"));
    }

    @Override
    public void explain(Throwable failure) {
        reports.explain(Objects.requireNonNull(failure, "failure"));
    }

    // ---- shutdown

    @Override
    public boolean isClosed() {
        return closed.get();
    }

    @Override
    public void shutdown() {
        if (closed.compareAndSet(false, true)) {
            shutdown.shutdown();
            activity.end();
        }
    }

    @Override
    public void close() {
        shutdown();
        if (checked.compareAndSet(false, true)) {
            handlerFailures.checkAfter(shutdown::check);
        }
    }

    @Override
    public String toString() {
        return "network" + (isClosed() ? " (closed)" : "");
    }

    // ---- for the rest of the package

    @Override
    public ClockTimers timers() {
        return timers;
    }

    FailureReport reports() {
        return reports;
    }

    public ActivityTracker activity() {
        return activity;
    }

    /** All listeners: first those at ports, in their order, then those at Unix paths. */
    List<ListenerImpl> listeners() {
        List<ListenerImpl> listeners = bindTable.owners();
        listeners.addAll(unixPaths.owners());
        return listeners;
    }

    UnixPathTable<ListenerImpl> unixPaths() {
        return unixPaths;
    }

    BindTable<ListenerImpl> bindTable() {
        return bindTable;
    }

    HostTable hostTable() {
        return hostTable;
    }

    ConnectionTable connectionTable() {
        return connectionTable;
    }

    UdpTable udpTable() {
        return udpTable;
    }

    DatagramRouter datagramRouter() {
        return datagramRouter;
    }

    @Override
    HostLinks links() {
        return links;
    }

    Transcripts transcripts() {
        return transcripts;
    }

    HandlerFailures handlerFailures() {
        return handlerFailures;
    }

    ShownWaits waits() {
        return waits;
    }

    public EventRecorder events() {
        return events;
    }

    NetworkThreads threads() {
        return threads;
    }

    public List<BridgeImpl> bridges() {
        return bridges.all();
    }

    @Override
    public long seed() {
        return config.seed();
    }

    @Override
    public Personality personality() {
        return config.personality();
    }

    @Override
    public void remember(InstalledFault fault) {
        checkOpen("fault");
        reports.declaredFaults().add(fault);
    }

    /** Code under test closed something; wakes a leak check that waits for it. */
    void ownerClosed() {
        shutdown.ownerClosed();
    }

    @Override
    void checkOpen(String what) {
        if (isClosed()) {
            throw new IllegalStateException(DOWN + what);
        }
    }

    void checkUp(String what) throws SocketException {
        activity.joinIfWanted();
        if (isClosed()) {
            throw new SocketException(DOWN + what);
        }
    }

    /** Like {@link #checkUp(String)}; formats the address only for the exception. */
    void checkUp(String what, SocketAddress address) throws SocketException {
        activity.joinIfWanted();
        if (isClosed()) {
            checkUp(what + Addresses.text(address));
        }
    }
}
