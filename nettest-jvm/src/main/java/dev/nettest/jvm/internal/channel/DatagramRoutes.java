package dev.nettest.jvm.internal.channel;

import dev.nettest.Network;
import dev.nettest.jvm.internal.channel.Delegate.World;
import dev.nettest.jvm.internal.claim.ClaimImpl;
import dev.nettest.jvm.internal.claim.Claims;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The worlds that a datagram channel is in: the kernel, and each network that it has sent to. A channel that is bound
 * to an address of a claim is in that network only. All others may send to all worlds. A world begins with the first
 * send to it, on the port of the first world if that is free there.
 */
final class DatagramRoutes {

    private final Delegate<DatagramChannel> delegate;
    private final ProtocolFamily family;
    private final RoutedMemberships memberships;

    /** True if a bind or a receive has chosen the world of loopback addresses and groups. Guarded by the delegate. */
    private boolean bound;

    /** The claim of that world; null for the kernel. Guarded by the delegate. */
    private @Nullable ClaimImpl boundClaim;

    /** True if the channel is bound to an address of a claim. */
    private volatile boolean exclusive;

    /** The worlds in which the channel is not connected, while it is connected. Guarded by the delegate. */
    private List<World<DatagramChannel>> parked = List.of();

    DatagramRoutes(Delegate<DatagramChannel> delegate, ProtocolFamily family, RoutedMemberships memberships) {
        this.delegate = delegate;
        this.family = family;
        this.memberships = memberships;
    }

    /** True if no other thread can lead the channel into a further world. */
    boolean isSettled() {
        List<World<DatagramChannel>> worlds = delegate.worlds();
        DatagramChannel first = delegate.channel();
        return exclusive
                || first.isConnected()
                || !first.isOpen()
                || (worlds.size() == 1 && Claims.all().isEmpty());
    }

    // ---- binding

    /** The channel that binds to {@code local}. Call {@link #bound} afterwards. */
    DatagramChannel toBind(@Nullable SocketAddress local) throws IOException {
        ClaimImpl claim = Claims.toBind(local);
        synchronized (delegate) {
            DatagramChannel first = delegate.channel();
            if (claim != null && first.isOpen() && first.getLocalAddress() == null) {
                return replaceFirst(claim, claim.binding(local));
            }
            return first;
        }
    }

    void bound(DatagramChannel used) throws IOException {
        synchronized (delegate) {
            bound = true;
            if (delegate.network() != null && used.getLocalAddress() instanceof InetSocketAddress local) {
                boundClaim = Claims.of(delegate.network());
                exclusive = !local.getAddress().isAnyLocalAddress()
                        && !local.getAddress().isLoopbackAddress();
            }
        }
    }

    /** Binds an unbound channel before a receive, like the JDK. */
    void bindToReceive() throws IOException {
        if (!bound && !Claims.all().isEmpty() && delegate.channel().isOpen()) {
            synchronized (delegate) {
                if (delegate.channel().getLocalAddress() == null) {
                    DatagramChannel used = toBind(null);
                    used.bind(null);
                    bound(used);
                }
            }
        }
    }

    /** A channel without an address moves to the world of its first one. */
    private DatagramChannel replaceFirst(@Nullable ClaimImpl claim, SelectorProvider world) throws IOException {
        DatagramChannel next = like(delegate.channel(), world);
        memberships.moveTo(next);
        delegate.handOver(next, claim == null ? null : claim.network());
        return next;
    }

    // ---- sending and connecting

    /** The channel that sends to {@code target}, or connects to it. */
    DatagramChannel toSend(@Nullable SocketAddress target) throws IOException {
        DatagramChannel first = delegate.channel();
        if (exclusive
                || first.isConnected()
                || !first.isOpen()
                || !(target instanceof InetSocketAddress inet)
                || inet.isUnresolved()) {
            return first;
        }
        ClaimImpl claim = claimOf(inet);
        Network network = claim == null ? null : claim.network();
        for (World<DatagramChannel> world : delegate.worlds()) {
            if (world.network() == network) {
                return world.channel();
            }
        }
        return open(claim);
    }

    private @Nullable ClaimImpl claimOf(InetSocketAddress target) throws IOException {
        InetAddress address = target.getAddress();
        if (bound && (Claims.isLocal(address) || Claims.isGroup(address))) {
            ClaimImpl claim = boundClaim;
            return claim == null || claim.isKernelPort(target.getPort()) ? null : claim;
        }
        return Claims.toConnect(target);
    }

    private DatagramChannel open(@Nullable ClaimImpl claim) throws IOException {
        SelectorProvider provider = claim == null ? RoutingSelectorProvider.platform() : claim.connecting();
        Network network = claim == null ? null : claim.network();
        synchronized (delegate) {
            DatagramChannel first = delegate.channel();
            SocketAddress local = first.getLocalAddress();
            if (local == null) {
                return replaceFirst(claim, provider);
            }
            for (World<DatagramChannel> world : delegate.worlds()) {
                if (world.network() == network) {
                    return world.channel(); // another thread was faster
                }
            }
            DatagramChannel added = like(first, provider);
            try {
                OptionCopy.bindLike((InetSocketAddress) local, added);
                added.configureBlocking(first.isBlocking());
                delegate.become(with(delegate.worlds(), new World<>(added, network)));
            } catch (IOException e) {
                added.close();
                throw e;
            }
            if (!first.isOpen()) {
                added.close(); // a concurrent close may have missed it
            }
            return added;
        }
    }

    private DatagramChannel like(DatagramChannel first, SelectorProvider provider) throws IOException {
        DatagramChannel next = provider.openDatagramChannel(family);
        try (DatagramChannel fresh = first.provider().openDatagramChannel(family)) {
            OptionCopy.copyChanged(first, fresh, next);
            next.socket().setSoTimeout(first.socket().getSoTimeout());
            return next;
        } catch (IOException e) {
            next.close();
            throw e;
        }
    }

    private static <T> List<T> with(List<T> list, T last) {
        List<T> more = new ArrayList<>(list);
        more.add(last);
        return more;
    }

    // ---- connected channels

    /** Only datagrams of the world of {@code used} arrive from now on. */
    void connected(DatagramChannel used) throws IOException {
        synchronized (delegate) {
            List<World<DatagramChannel>> others = new ArrayList<>(delegate.worlds());
            others.removeIf(world -> world.channel() == used);
            if (!others.isEmpty() && others.size() < delegate.worlds().size()) {
                List<World<DatagramChannel>> only = new ArrayList<>(delegate.worlds());
                only.removeAll(others);
                parked = List.copyOf(others);
                delegate.become(only);
            }
        }
    }

    /** The other worlds are back, without the datagrams that arrived meanwhile. */
    void disconnected() throws IOException {
        synchronized (delegate) {
            if (!parked.isEmpty()) {
                List<World<DatagramChannel>> all = new ArrayList<>(delegate.worlds());
                for (World<DatagramChannel> world : parked) {
                    if (world.channel().isOpen()) {
                        drain(world.channel());
                        world.channel().configureBlocking(delegate.channel().isBlocking());
                        all.add(world);
                    }
                }
                parked = List.of();
                delegate.become(all);
            }
        }
    }

    private static void drain(DatagramChannel channel) throws IOException {
        channel.configureBlocking(false);
        ByteBuffer ignored = ByteBuffer.allocate(1);
        while (channel.receive(ignored.clear()) != null) {
            ignored.clear();
        }
    }

    // ---- the end of a world

    /**
     * Goes on without {@code closed}, if that is the channel of a network that has ended.
     *
     * @return false if the channel of the user has to close
     */
    boolean leave(SelectableChannel closed) throws IOException {
        synchronized (delegate) {
            List<World<DatagramChannel>> rest = all();
            if (rest.stream().noneMatch(world -> world.channel() == closed)) {
                return true; // it has left already
            }
            boolean ended = rest.removeIf(world -> world.channel() == closed
                    && world.network() != null
                    && world.network().isClosed());
            rest.removeIf(world -> !world.channel().isOpen());
            if (!ended || rest.isEmpty()) {
                return false;
            }
            parked = List.of();
            delegate.become(rest);
            return true;
        }
    }

    /** The channels of all worlds, to close them. */
    List<World<DatagramChannel>> all() {
        synchronized (delegate) {
            List<World<DatagramChannel>> all = new ArrayList<>(delegate.worlds());
            all.addAll(parked);
            return all;
        }
    }
}
