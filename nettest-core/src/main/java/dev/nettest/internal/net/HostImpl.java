package dev.nettest.internal.net;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.SocketKind;
import dev.nettest.SystemError;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.link.LinkHost;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.time.HostClock;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Host}. */
public final class HostImpl implements Host, LinkHost {

    private final NetworkImpl network;
    private final String name;
    private final List<InetAddress> addresses;
    private final HostState state = new HostState(this);
    private final FaultRegistry faults = new FaultRegistry(new HostFaultScope(this));
    private final HostClock clock;

    HostImpl(NetworkImpl network, String name, List<InetAddress> addresses) {
        this.network = network;
        this.name = name;
        this.addresses = List.copyOf(addresses);
        this.clock = new HostClock(network.clock());
    }

    /** The implementation behind {@code host}. The interface permits no other one. */
    static HostImpl of(Host host) {
        return (HostImpl) Objects.requireNonNull(host, "host");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<InetAddress> addresses() {
        return addresses;
    }

    @Override
    public NetworkImpl network() {
        return network;
    }

    @Override
    public HostClock clock() {
        return clock;
    }

    // ---- listening

    @Override
    public ListenerImpl listen(SocketAddress address) throws IOException {
        if (address instanceof UnixDomainSocketAddress path) {
            String file = checkedPath(path, "listen");
            return listen(this, path, () -> network.unixPaths().bind(this, file, () -> new ListenerImpl(this, path)));
        }
        if (network.config().timeWait()) {
            return (ListenerImpl) bind(address, true).listen(); // the JDK's server sockets have SO_REUSEADDR
        }
        InetSocketAddress wanted = checkedAddress(address, "listen");
        HostImpl owner = ownerForBind(wanted);
        network.connectionTable().checkNotDialledFrom(owner, wanted);
        Function<InetSocketAddress, ListenerImpl> made = bound -> new ListenerImpl(ownerForBind(bound), bound);
        return listen(owner, wanted, () -> network.bindTable().bind(bindScope(), wanted, made));
    }

    /** @param bind returns null if the address is in use */
    private ListenerImpl listen(HostImpl owner, SocketAddress wanted, Supplier<@Nullable ListenerImpl> bind)
            throws IOException {
        ListenerImpl listener = owner.state.exclusively(() -> {
            owner.checkUp("listen");
            return unlessInUse(wanted, bind.get());
        });
        return listener.start();
    }

    /** Fails if {@code bound} is null, since the address is in use then. */
    private <T> T unlessInUse(SocketAddress wanted, @Nullable T bound) throws IOException {
        if (bound == null) {
            throw ErrorHelp.addressInUse(network, wanted);
        }
        return bound;
    }

    @Override
    public BindingImpl bind(SocketAddress address, boolean reuse, ProtocolFamily family) throws IOException {
        Objects.requireNonNull(family, "family");
        if (address instanceof UnixDomainSocketAddress path) {
            return bindPath(path);
        }
        InetSocketAddress wanted = checkedAddress(address, "bind");
        HostImpl binder = ownerForBind(wanted);
        network.connectionTable().checkNotDialledFrom(binder, wanted);
        return binder.state.exclusively(() -> {
            binder.checkUp("bind");
            TimeWaitTable table = network.connectionTable().timeWait();
            InetSocketAddress claimed = unlessInUse(wanted, table.claim(binder, wanted, reuse, family));
            return new BindingImpl(binder, claimed, wanted.getPort() == 0, binder.state.crashes());
        });
    }

    private BindingImpl bindPath(UnixDomainSocketAddress path) throws IOException {
        String file = checkedPath(path, "bind");
        return state.exclusively(() -> {
            checkUp("bind");
            BindingImpl binding = new BindingImpl(this, path, false, state.crashes());
            return unlessInUse(path, network.unixPaths().claim(this, file, binding) ? binding : null);
        });
    }

    private String checkedPath(UnixDomainSocketAddress path, String what) throws IOException {
        checkUp(what);
        if (path.equals(Addresses.UNNAMED)) {
            throw new BindException("Server socket cannot bind to unnamed address");
        }
        return Addresses.file(Addresses.checkedLength(path));
    }

    @Override
    public boolean unlink(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (!(address instanceof UnixDomainSocketAddress path)) {
            throw new UnsupportedAddressTypeException();
        }
        return network.unixPaths().unlink(this, Addresses.file(path));
    }

    private InetSocketAddress checkedAddress(SocketAddress address, String what) throws IOException {
        network.checkUp(what);
        InetSocketAddress wanted = Addresses.plain(network.hostTable().resolved(address));
        checkOwned(wanted.getAddress());
        ownerForBind(wanted).checkUp(what);
        return wanted;
    }

    private void checkOwned(InetAddress ip) throws IOException {
        if (!isDefault() && !ip.isAnyLocalAddress() && !addresses.contains(ip)) {
            throw SystemError.ADDRESS_NOT_AVAILABLE.exception(network.config().personality());
        }
    }

    // ---- datagrams

    @Override
    public DatagramEndpointImpl bindDatagram(
            SocketAddress address,
            Consumer<? super DatagramEndpoint> beforeBind,
            SocketKind kind,
            ProtocolFamily family)
            throws IOException {
        Objects.requireNonNull(beforeBind, "beforeBind");
        Objects.requireNonNull(kind, "kind");
        boolean isIPv4 = Addresses.isIPv4(family);
        network.checkUp("bind");
        InetSocketAddress wanted = Addresses.plain(network.hostTable().resolved(address));
        if (!UdpTable.isGroupAddress(wanted.getAddress())) {
            checkOwned(wanted.getAddress());
        }
        ownerForBind(wanted).checkUp("bind");
        DatagramEndpointImpl endpoint = network.udpTable().bind(this, wanted, isIPv4, beforeBind);
        if (kind == SocketKind.SOCKET) {
            endpoint.requireClose();
        }
        return endpoint;
    }

    // ---- connecting

    @Override
    public ConnectionImpl connect(SocketAddress address, Consumer<? super Connection> beforeHandshake, SocketKind kind)
            throws IOException {
        return ConnectAttempt.connect(
                this,
                network.hostTable().target(address),
                Objects.requireNonNull(beforeHandshake, "beforeHandshake"),
                ErrorStyle.of(Objects.requireNonNull(kind, "kind")));
    }

    @Override
    public CompletionStage<Connection> connectAsync(
            SocketAddress address, Consumer<? super Connection> beforeHandshake) {
        return ConnectAttempt.connectAsync(
                this,
                Objects.requireNonNull(address, "address"),
                Objects.requireNonNull(beforeHandshake, "beforeHandshake"));
    }

    // ---- waiting

    @Override
    public ListenerImpl awaitListening(SocketAddress address, Duration limit) throws IOException {
        return ListenAwait.await(this, network.hostTable().target(address), limit, null);
    }

    @Override
    public ListenerImpl awaitListening(SocketAddress address, Future<?> server) throws IOException {
        SocketAddress target = network.hostTable().target(address);
        return ListenAwait.await(this, target, network.config().awaitLimit(), Objects.requireNonNull(server, "server"));
    }

    @Override
    public CompletionStage<Listener> whenListening(SocketAddress address, Duration limit) {
        return ListenAwait.when(this, Objects.requireNonNull(address, "address"), limit);
    }

    // ---- faults and state

    @Override
    public FaultRegistry faults() {
        return faults;
    }

    @Override
    public void crash() {
        state.change(() -> state.crash(StreamEndpoint.Closing.CHANNEL));
    }

    @Override
    public void crashWithReset() {
        state.change(() -> state.crash(StreamEndpoint.Closing.ABORT));
    }

    @Override
    public void crashSilently() {
        state.change(state::crashSilently);
    }

    @Override
    public void restart() {
        state.change(state::restart);
    }

    @Override
    public void pause() {
        state.change(state::pause);
    }

    @Override
    public void resume() {
        state.change(state::resume);
    }

    List<ListenerImpl> listeners() {
        return network.listeners().stream()
                .filter(listener -> listener.host() == this)
                .toList();
    }

    List<DatagramEndpointImpl> endpoints() {
        return network.udpTable().all().stream()
                .filter(endpoint -> endpoint.host() == this)
                .toList();
    }

    List<ConnectionImpl> ends() {
        return network.connectionTable().all().stream()
                .filter(end -> end.host() == this)
                .toList();
    }

    @Override
    public boolean isUp() {
        return state.isUp();
    }

    @Override
    public boolean isPaused() {
        return state.isPaused();
    }

    /** Its name and addresses, and its state unless it is up. */
    @Override
    public String toString() {
        String now = state.toString();
        return "host " + name + " (" + Addresses.text(addresses) + (now.equals("up") ? ")" : ", " + now + ")");
    }

    // ---- for the rest of the package

    HostState state() {
        return state;
    }

    /** True if nothing leaves or reaches it: it is paused or has crashed silently. */
    boolean isUnreachable() {
        return state.isUnreachable();
    }

    @Override
    public boolean isDefault() {
        return this == network.localhost();
    }

    void checkUp(String what) throws SocketException {
        network.checkUp(what);
        if (!isUp()) {
            throw down(what);
        }
    }

    /** Like {@link #checkUp(String)}; formats the address only for the exception. */
    void checkUp(String what, SocketAddress address) throws SocketException {
        network.checkUp(what, address);
        if (!isUp()) {
            throw down(what + Addresses.text(address));
        }
    }

    /** Like {@link #checkUp(String, SocketAddress)}; also fails if it crashed after {@code crashes} crashes. */
    void checkUp(String what, SocketAddress address, long crashes) throws SocketException {
        checkUp(what, address);
        if (state.crashes() != crashes) {
            throw down(what + Addresses.text(address));
        }
    }

    private SocketException down(String what) {
        return new SocketException("Network is down: host " + name + " crashed before this " + what);
    }

    /** The host that limits a bind; null for the default host, whose binds go to the owner of the address. */
    @Nullable
    HostImpl bindScope() {
        return isDefault() ? null : this;
    }

    /** The owner of a bind of {@code address} on this host. */
    HostImpl ownerForBind(InetSocketAddress address) {
        return isDefault() ? network.hostTable().ownerOf(address.getAddress()) : this;
    }

    /** The address that a connect from this host reaches: the wildcard means this host itself. */
    InetSocketAddress resolveWildcard(InetSocketAddress target) {
        InetAddress ip = target.getAddress();
        if (!ip.isAnyLocalAddress()) {
            return target;
        }
        InetAddress ofFamily = selectSource(ip);
        return new InetSocketAddress(ofFamily == null ? addresses.get(0) : ofFamily, target.getPort());
    }

    /** Like {@link #resolveWildcard(InetSocketAddress)}; a path stays unchanged. */
    SocketAddress resolveWildcard(SocketAddress target) {
        return target instanceof InetSocketAddress inet ? resolveWildcard(inet) : target;
    }

    /** The listener that a connect from this host reaches; null for none. */
    @Nullable
    ListenerImpl find(SocketAddress target) {
        return target instanceof UnixDomainSocketAddress path
                ? network.unixPaths().find(this, Addresses.file(path))
                : network.bindTable().find((InetSocketAddress) target);
    }

    /** The host that a connect from this host reaches. */
    HostImpl ownerOf(SocketAddress target) {
        return target instanceof InetSocketAddress inet ? network.hostTable().ownerOf(inet.getAddress()) : this;
    }

    /** The source address of a connect to {@code target}; null if this host has none of its family. */
    @Nullable
    InetAddress selectSource(InetAddress target) {
        int own = addresses.indexOf(target);
        if (own >= 0) {
            return addresses.get(own); // without the host name that target may carry
        }
        for (InetAddress address : addresses) {
            if (address.getClass() == target.getClass()) {
                return address;
            }
        }
        return null;
    }
}
