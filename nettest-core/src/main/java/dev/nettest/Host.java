package dev.nettest;

import dev.nettest.kernel.Valve;
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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A machine of a network: a name, and the addresses that it owns. It listens and dials from them, and can crash:
 *
 * <pre>{@code
 * Host app = network.host("app", "10.0.0.2");
 * Host db = network.host("db", "10.0.0.5", "fd00::5");
 * Listener store = db.listen(5432);
 * Connection client = app.connect("db:5432");
 * db.crash();
 * }</pre>
 *
 * <p>It binds what it owns and nothing else; its wildcard answers at its own addresses only, so that two hosts may both listen on
 * {@code *:80}. A dial has as its source the address of this host that is dialled, if it dials itself, and else its first
 * one of the target's family. A source that is {@linkplain Connection#localAddress(String) faked} need not be its own.
 *
 * <p>It has a file system of its own for the paths of Unix domain sockets, {@code "unix:/run/app.sock"}: two hosts may both listen on the
 * same path, and nobody reaches another host's. A path stays when its listener is closed, over a crash, and over a restart, as a file
 * on a disk does, until it is {@linkplain #unlink(String) removed}.
 *
 * <p>127.0.0.1 and ::1 belong to the {@linkplain Network#localhost() default host}, and reach that from every host; there is one
 * loopback in a network, not one a host, as there would be between machines.
 *
 * <p>Any thread may call any method at any time. Only {@code connect} waits, as {@link Network#connect(String)} does, and
 * {@code awaitListening}.
 */
public final class Host {

    private enum State {
        UP("up", true, false),
        PAUSED("paused", true, true),
        CRASHED("crashed", false, false),
        SILENT("crashed silently", false, true);

        final String text;
        final boolean up;
        final boolean cutOff;

        State(String text, boolean up, boolean cutOff) {
            this.text = text;
            this.up = up;
            this.cutOff = cutOff;
        }
    }

    private final Network network;
    private final String name;
    private final List<InetAddress> addresses;
    private volatile State state = State.UP; // changed in one place, under this object's monitor
    private final Valve valve = new Valve();
    private final Outbox outbox = new Outbox();
    private final Faults faults = new Faults(new HostScope(this));

    /** How often it has crashed. */
    private final AtomicLong crashes = new AtomicLong();

    Host(Network network, String name, List<InetAddress> addresses) {
        this.network = network;
        this.name = name;
        this.addresses = List.copyOf(addresses);
    }

    /** The name. The network resolves it to {@link #addresses()}, unless {@link Network#names()} were told otherwise. */
    public String name() {
        return name;
    }

    /** The addresses, in the order in which they were given. */
    public List<InetAddress> addresses() {
        return addresses;
    }

    /** The network that it is part of. */
    public Network network() {
        return network;
    }

    // ---- listening

    /** Listens on the first address and a free port. */
    public Listener listen() throws IOException {
        return listen(0);
    }

    /**
     * Listens on {@code port} of the first address, which is where a dial of this host's name arrives. {@code listen("*:80")} listens
     * on all of them.
     *
     * @throws BindException {@code Address already in use}
     */
    public Listener listen(int port) throws IOException {
        return listen(new InetSocketAddress(addresses.get(0), port));
    }

    /**
     * Listens on {@code address}; port 0 takes a free one, a host of {@code *} or none every address of this host.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws UnknownHostException if its host is a name that this network does not know
     * @throws BindException {@code Cannot assign requested address} if this host does not own it, {@code Address already in use}
     * @throws SocketException {@code Network is down} if this host has crashed, or the network is closed; {@code Unix domain path too long}
     *     beyond the 106 bytes that the JDK takes
     */
    public Listener listen(String address) throws IOException {
        return listen(network.parse(address));
    }

    /** As {@link #listen(String)}. */
    public Listener listen(SocketAddress address) throws IOException {
        Listener listener;
        if (address instanceof UnixDomainSocketAddress path) {
            String file = own(path, "listen");
            listener = network.book().bindPath(this, file, () -> new Listener(this, path));
        } else {
            InetSocketAddress wanted = own(address, "listen");
            listener = network.book().bind(scope(), wanted, bound -> new Listener(binder(bound), bound));
        }
        if (listener == null) {
            throw SystemError.ADDRESS_IN_USE.exception(network.config().personality());
        }
        return network.started(listener);
    }

    /**
     * Claims {@code address} without listening on it; port 0 takes a free one. For code that binds first and decides later.
     *
     * @throws UnknownHostException if its host is a name that this network does not know
     * @throws BindException {@code Cannot assign requested address} if this host does not own it, {@code Address already in use}
     * @throws SocketException {@code Network is down} if this host has crashed, or the network is closed
     */
    public Binding bind(SocketAddress address) throws IOException {
        if (address instanceof UnixDomainSocketAddress path) {
            return bindPath(path);
        }
        InetSocketAddress wanted = own(address, "bind");
        Host binder = binder(wanted);
        long before = binder.crashes();
        binder.checkUp("bind");
        InetSocketAddress claimed = network.book().claim(binder, wanted);
        if (claimed == null) {
            throw SystemError.ADDRESS_IN_USE.exception(network.config().personality());
        }
        if (binder.crashes() != before) {
            network.book().release(binder, claimed, null); // crashed just now, and perhaps did not see it
            binder.checkUp("bind");
        }
        return new Binding(binder, claimed, before);
    }

    private Binding bindPath(UnixDomainSocketAddress path) throws IOException {
        String file = own(path, "bind");
        long before = crashes();
        checkUp("bind");
        Binding binding = new Binding(this, path, before);
        if (!network.book().claimPath(this, file, binding)) {
            throw SystemError.ADDRESS_IN_USE.exception(network.config().personality());
        }
        return binding;
    }

    private String own(UnixDomainSocketAddress path, String what) throws IOException {
        checkUp(what);
        if (path.equals(Addresses.UNNAMED)) {
            throw new BindException("Server socket cannot bind to unnamed address");
        }
        return Addresses.file(Addresses.checkedLength(path));
    }

    /**
     * Removes what stands at a path of this host; see {@link Network#unlink(String)}.
     *
     * @return whether there was something
     * @throws IllegalArgumentException if it is no address
     * @throws UnsupportedAddressTypeException if it is no path
     */
    public boolean unlink(String address) {
        return unlink(network.parse(address));
    }

    /** As {@link #unlink(String)}. */
    public boolean unlink(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (!(address instanceof UnixDomainSocketAddress path)) {
            throw new UnsupportedAddressTypeException();
        }
        return network.book().removePath(this, Addresses.file(path));
    }

    private InetSocketAddress own(SocketAddress address, String what) throws IOException {
        network.checkUp(what);
        InetSocketAddress wanted = Addresses.plain(network.resolved(address));
        checkOwned(wanted.getAddress());
        binder(wanted).checkUp(what);
        return wanted;
    }

    private void checkOwned(InetAddress ip) throws IOException {
        if (!isDefault() && !ip.isAnyLocalAddress() && !addresses.contains(ip)) {
            throw SystemError.ADDRESS_NOT_AVAILABLE.exception(network.config().personality());
        }
    }

    // ---- datagrams

    /** Binds a datagram endpoint to the first address and a free port. */
    public DatagramEndpoint bindDatagram() throws IOException {
        return bindDatagram(new InetSocketAddress(addresses.get(0), 0));
    }

    /**
     * Binds a datagram endpoint; port 0 takes a free one, a host of {@code *} or none every address of this host. A multicast group, and
     * the broadcast address, may be bound as well: they belong to nobody.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws UnknownHostException if its host is a name that this network does not know
     * @throws BindException {@code Cannot assign requested address} if this host does not own it, {@code Address already in use}
     * @throws SocketException {@code Network is down} if this host has crashed, or the network is closed
     */
    public DatagramEndpoint bindDatagram(String address) throws IOException {
        return bindDatagram(network.parse(address));
    }

    /** As {@link #bindDatagram(String)}. */
    public DatagramEndpoint bindDatagram(SocketAddress address) throws IOException {
        return bindDatagram(address, endpoint -> {});
    }

    /** As {@link #bindDatagram(String)}, with a hook as {@link Network#bindDatagram(SocketAddress, Consumer)} has it. */
    public DatagramEndpoint bindDatagram(String address, Consumer<? super DatagramEndpoint> beforeBind)
            throws IOException {
        return bindDatagram(network.parse(address), beforeBind);
    }

    /** As {@link #bindDatagram(String, Consumer)}. */
    public DatagramEndpoint bindDatagram(SocketAddress address, Consumer<? super DatagramEndpoint> beforeBind)
            throws IOException {
        return bindDatagram(address, beforeBind, Face.CHANNEL);
    }

    /**
     * As {@link #bindDatagram(String, Consumer)}. An endpoint that is made as a socket belongs to the code under test, which has to close
     * it.
     */
    public DatagramEndpoint bindDatagram(
            SocketAddress address, Consumer<? super DatagramEndpoint> beforeBind, Face face) throws IOException {
        Objects.requireNonNull(beforeBind, "beforeBind");
        Objects.requireNonNull(face, "face");
        network.checkUp("bind");
        InetSocketAddress wanted = Addresses.plain(network.resolved(address));
        if (!Datagrams.isForMany(wanted.getAddress())) {
            checkOwned(wanted.getAddress());
        }
        binder(wanted).checkUp("bind");
        DatagramEndpoint endpoint = network.datagrams().bind(this, wanted, beforeBind);
        if (face == Face.SOCKET) {
            endpoint.belongToCode();
        }
        return endpoint;
    }

    // ---- dialling

    /**
     * Dials from this host; otherwise as {@link Network#connect(String)}.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws UnknownHostException if its host is a name that this network does not know
     * @throws java.net.ConnectException {@code Connection refused} where nobody listens
     * @throws SocketException {@code Network is unreachable} if this host has no address of the target's family; {@code Network is down}
     *     if this host has crashed, or the network is closed; {@code No such file or directory} where nothing stands at a path
     */
    public Connection connect(String address) throws IOException {
        return connect(network.parse(address));
    }

    /** As {@link #connect(String)}. */
    public Connection connect(SocketAddress address) throws IOException {
        return connect(address, connection -> {});
    }

    /** As {@link #connect(String)}, with a hook as {@link Network#connect(String, Consumer)} has it. */
    public Connection connect(String address, Consumer<? super Connection> beforeHandshake) throws IOException {
        return connect(network.parse(address), beforeHandshake);
    }

    /** As {@link #connect(String, Consumer)}. */
    public Connection connect(SocketAddress address, Consumer<? super Connection> beforeHandshake) throws IOException {
        return connect(address, beforeHandshake, Face.CHANNEL);
    }

    /** As {@link #connect(String, Consumer)}; see {@link Network#connect(SocketAddress, Consumer, Face)}. */
    public Connection connect(SocketAddress address, Consumer<? super Connection> beforeHandshake, Face face)
            throws IOException {
        return Dial.connect(
                this,
                network.target(address),
                Objects.requireNonNull(beforeHandshake, "beforeHandshake"),
                Objects.requireNonNull(face, "face"));
    }

    /** {@link #connect(String)} without blocking; cancelling it, as a {@code CompletableFuture}, gives the dial up. */
    public CompletionStage<Connection> connectAsync(String address) {
        return connectAsync(network.parse(address), connection -> {});
    }

    /** {@link #connect(String, Consumer)} without blocking; cancelling it gives the dial up. */
    public CompletionStage<Connection> connectAsync(String address, Consumer<? super Connection> beforeHandshake) {
        return connectAsync(network.parse(address), beforeHandshake);
    }

    /** {@link #connect(SocketAddress, Consumer)} without blocking; cancelling it gives the dial up. */
    public CompletionStage<Connection> connectAsync(
            SocketAddress address, Consumer<? super Connection> beforeHandshake) {
        return Dial.connectAsync(
                this,
                Objects.requireNonNull(address, "address"),
                Objects.requireNonNull(beforeHandshake, "beforeHandshake"));
    }

    // ---- waiting

    /**
     * Waits until somebody listens where a dial of {@code address} from this host would be answered; otherwise as
     * {@link Network#awaitListening(String)}.
     *
     * @return the listener
     * @throws AssertionError when {@link NetworkConfig#awaitLimit()} passes first, with a picture of the network
     */
    public Listener awaitListening(String address) throws IOException {
        return awaitListening(network.parse(address));
    }

    /** As {@link #awaitListening(String)}, with a limit. */
    public Listener awaitListening(String address, Duration limit) throws IOException {
        return awaitListening(network.parse(address), limit);
    }

    /** As {@link #awaitListening(String)}. */
    public Listener awaitListening(SocketAddress address) throws IOException {
        return awaitListening(address, network.config().awaitLimit());
    }

    /** As {@link #awaitListening(String)}, with a limit. */
    public Listener awaitListening(SocketAddress address, Duration limit) throws IOException {
        return Listening.await(this, network.target(address), limit, null);
    }

    /** As {@link #awaitListening(String)}; fails at once when {@code server} ends, as {@link Network#awaitListening(String, Future)}. */
    public Listener awaitListening(String address, Future<?> server) throws IOException {
        return awaitListening(network.parse(address), server);
    }

    /** As {@link #awaitListening(String, Future)}. */
    public Listener awaitListening(SocketAddress address, Future<?> server) throws IOException {
        return Listening.await(
                this, network.target(address), network.config().awaitLimit(), Objects.requireNonNull(server, "server"));
    }

    /** {@link #awaitListening(String, Duration)} as a stage; cancel it as a {@code CompletableFuture}. */
    public CompletionStage<Listener> whenListening(String address, Duration limit) {
        return whenListening(network.parse(address), limit);
    }

    /** As {@link #whenListening(String, Duration)}. */
    public CompletionStage<Listener> whenListening(SocketAddress address, Duration limit) {
        return Listening.when(this, Objects.requireNonNull(address, "address"), limit);
    }

    // ---- failing

    /**
     * The faults of everything on this host: of its connections, whichever side dialled, of its listeners' accepts, of its datagram
     * endpoints, and of the dials from it.
     */
    public Faults faults() {
        return faults;
    }

    /**
     * Dies, as when its process is killed: every end of its connections is closed with an RST, so that the peers find
     * {@code Connection reset}; its listeners, bindings and datagram endpoints are gone, and dials to it are refused. Its own code, which goes on in this
     * process, finds its sockets closed, has nothing left to close, and gets {@code Network is down} from here until
     * {@link #restart()}. Its name and addresses stay. Does nothing if it has crashed.
     */
    public void crash() {
        if (leave(State.CRASHED)) {
            closeListeners();
            network.book().releaseClaims(this);
            ends().forEach(ConnectionLife::crash);
            closeEndpoints();
            follow();
        }
    }

    /**
     * Dies without a word, as when its power fails: as {@link #crash()} for its own code, but peers hear nothing. Their reads wait, and so do
     * their writes once the buffer is full; dials to it wait until their timeouts. After {@link #restart()} peers find a reset if
     * they have written anything since, or as soon as they do; dials that wait are refused. Datagrams to it are lost, and nobody hears that a port is
     * unreachable.
     */
    public void crashSilently() {
        if (leave(State.SILENT)) {
            ends().forEach(ConnectionLife::vanish);
            follow();
            closeListeners();
            network.book().releaseClaims(this);
            ends().forEach(ConnectionLife::vanish); // what was accepted just now
            closeEndpoints();
        }
    }

    /** Leaves a state in which it is up for one in which it is not. */
    private boolean leave(State next) {
        boolean left = change(next, State.UP, State.PAUSED);
        if (left) {
            crashes.incrementAndGet();
        }
        return left;
    }

    /** Changes to {@code next} from one of these states; whether it was in one. */
    private synchronized boolean change(State next, State... from) {
        boolean changes = List.of(from).contains(state);
        if (changes) {
            state = next;
        }
        return changes;
    }

    private void closeListeners() {
        listeners().forEach(Listener::close);
    }

    private void closeEndpoints() {
        endpoints().forEach(DatagramEndpoint::closeForOwner);
        outbox.clear();
    }

    /**
     * Brings it up again after a crash; one that is up {@linkplain #crash() crashes} first. Nothing of before comes back: listeners have to be
     * made anew, by the code that made them, as after a reboot. Paths stay, dead, as files on a disk do.
     */
    public void restart() {
        crash();
        outbox.clear(); // of what was sent just as it crashed
        change(State.UP, State.CRASHED, State.SILENT);
        follow();
    }

    /**
     * Freezes it: it accepts nothing, what is sent to it does not arrive, and what its code sends does not leave. Writers on either side go on
     * until the buffer is full. Dials to it and from it wait, until their timeouts. What had arrived at its peers, they can read. Its code is
     * not stopped: it waits where it needs the network. Does nothing if it is paused.
     *
     * <p>Datagrams to it queue up in the receive buffers of its endpoints, and are dropped and counted where these are full; those that its
     * code sends queue up likewise, and when an endpoint has sent as much as its send buffer holds, 212,992 bytes as Linux counts them, its
     * next send waits.
     *
     * @throws IllegalStateException if it has crashed
     */
    public void pause() {
        if (!change(State.PAUSED, State.UP, State.PAUSED)) {
            throw new IllegalStateException(
                    "host " + name + " has crashed; there is nothing to pause before its restart");
        }
        follow();
    }

    /** Ends a pause: what was withheld arrives, and everything goes on. Does nothing if it is not paused. */
    public void resume() {
        if (change(State.UP, State.PAUSED)) {
            follow();
        }
    }

    /** Has everything that depends on the state follow it; whoever changed it last has the last word. */
    private void follow() {
        do {
            valve.shut(isCutOff());
        } while (valve.isShut() != isCutOff());
        endpoints().forEach(DatagramEndpoint::freezeAsHostSays);
        do {
            if (isCutOff()) {
                outbox.shut();
            } else {
                outbox.open();
            }
        } while (outbox.isShut() != isCutOff());
        listeners().forEach(Listener::holdAsHostSays);
        ends().forEach(life -> life.way().follow());
    }

    List<Listener> listeners() {
        return network.book().owners().stream()
                .filter(listener -> listener.host() == this)
                .toList();
    }

    List<DatagramEndpoint> endpoints() {
        return network.datagrams().all().stream()
                .filter(endpoint -> endpoint.host() == this)
                .toList();
    }

    List<ConnectionLife> ends() {
        return network.connections().all().stream()
                .map(Connection::life)
                .filter(life -> life.home() == this)
                .toList();
    }

    /** Whether it has not crashed; it may be paused. */
    public boolean isUp() {
        return state.up;
    }

    /** Whether it is paused. */
    public boolean isPaused() {
        return state == State.PAUSED;
    }

    /** Its name, addresses and state. */
    @Override
    public String toString() {
        State now = state;
        return "host " + name + " (" + Addresses.text(addresses) + (now == State.UP ? ")" : ", " + now.text + ")");
    }

    // ---- for the rest of the package

    /** Whether nothing comes from it or gets to it. */
    boolean isCutOff() {
        return state.cutOff;
    }

    boolean isSilent() {
        return state == State.SILENT;
    }

    /** Where datagrams wait that it sends while it is cut off. */
    Outbox outbox() {
        return outbox;
    }

    /** What dials wait at while it is cut off. */
    Valve valve() {
        return valve;
    }

    /** {@code up}, {@code paused}, {@code crashed}, {@code crashed silently}. */
    String state() {
        return state.text;
    }

    boolean isDefault() {
        return this == network.localhost();
    }

    /** How often it has crashed; what was bound before one is bound no more. */
    long crashes() {
        return crashes.get();
    }

    void checkUp(String what) throws SocketException {
        network.checkUp(what);
        if (!isUp()) {
            throw down(what);
        }
    }

    /** The same, for an address that is only written out where it has to be. */
    void checkUp(String what, SocketAddress address) throws SocketException {
        network.checkUp(what, address);
        if (!isUp()) {
            throw down(what + Addresses.text(address));
        }
    }

    private SocketException down(String what) {
        return new SocketException("Network is down: host " + name + " crashed before this " + what);
    }

    /** Null lets the address say, as the default host takes any. */
    @Nullable
    Host scope() {
        return isDefault() ? null : this;
    }

    /** The host that something bound here on {@code address} belongs to. */
    Host binder(InetSocketAddress address) {
        return isDefault() ? network.hosts().ownerOf(address.getAddress()) : this;
    }

    /** Where a dial of {@code target} from here arrives: the wildcard means this host. */
    InetSocketAddress reachable(InetSocketAddress target) {
        InetAddress ip = target.getAddress();
        return ip.isAnyLocalAddress() ? new InetSocketAddress(firstLike(ip), target.getPort()) : target;
    }

    /** The same; a path as it is. */
    SocketAddress reachable(SocketAddress target) {
        return target instanceof InetSocketAddress inet ? reachable(inet) : target;
    }

    /** Who answers a dial of {@code target} from here; null for nobody. */
    @Nullable
    Listener find(SocketAddress target) {
        return target instanceof UnixDomainSocketAddress path
                ? network.book().findPath(this, Addresses.file(path))
                : network.book().find((InetSocketAddress) target);
    }

    /** What a dial of {@code target} from here fails with where nobody answers. */
    SystemError absence(SocketAddress target) {
        boolean missing = target instanceof UnixDomainSocketAddress path
                && !path.equals(Addresses.UNNAMED)
                && !network.book().hasPath(this, Addresses.file(path));
        return missing ? SystemError.NO_SUCH_FILE : SystemError.CONNECTION_REFUSED;
    }

    /** Whose {@code target} is, dialled from here. */
    Host ownerOf(SocketAddress target) {
        return target instanceof InetSocketAddress inet ? network.hosts().ownerOf(inet.getAddress()) : this;
    }

    private InetAddress firstLike(InetAddress other) {
        InetAddress like = source(other);
        return like == null ? addresses.get(0) : like;
    }

    /** The address that a dial of {@code target} comes from; null where there is none of its family. */
    @Nullable
    InetAddress source(InetAddress target) {
        int own = addresses.indexOf(target);
        if (own >= 0) {
            return addresses.get(own); // as it was given, not with the name by which it was dialled
        }
        for (InetAddress address : addresses) {
            if (address.getClass() == target.getClass()) {
                return address;
            }
        }
        return null;
    }
}
