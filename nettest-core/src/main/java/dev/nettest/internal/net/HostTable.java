package dev.nettest.internal.net;

import dev.nettest.internal.name.Resolver;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The hosts of a network, and the owner of each address. */
final class HostTable {

    private final NetworkImpl network;
    private final HostImpl localhost;
    private final Resolver names;
    private final List<HostImpl> named = new CopyOnWriteArrayList<>();
    private final Map<InetAddress, HostImpl> owners = new ConcurrentHashMap<>();

    HostTable(NetworkImpl network) {
        this.network = network;
        names = new Resolver(() -> network.checkOpen("name"));
        localhost = new HostImpl(
                network,
                "localhost",
                List.of(Addresses.plain(Addresses.LOCALHOST), Addresses.plain(Addresses.LOCALHOST_6)));
    }

    synchronized HostImpl add(String name, String... addresses) {
        List<InetAddress> owned = new ArrayList<>();
        for (String address : addresses) {
            InetAddress ip = Addresses.checkedLiteral(address);
            HostImpl owner = ownerOf(ip);
            if (owned.contains(ip)) {
                throw new IllegalArgumentException("address given twice: " + Addresses.text(ip));
            }
            if (owner != localhost || localhost.addresses().contains(ip)) {
                throw new IllegalArgumentException(
                        "address of another host: " + Addresses.text(ip) + " belongs to " + owner.name());
            }
            owned.add(ip);
        }
        if (owned.isEmpty()) {
            throw new IllegalArgumentException("host " + name + " has no address; expected one or more");
        }
        if (names.isKnown(Addresses.checkedName(name))) {
            throw new IllegalArgumentException("name already in use: " + name);
        }
        HostImpl host = new HostImpl(network, name, owned);
        InetSocketAddress bound = network.bindTable().rescope(owned, () -> owned.forEach(ip -> owners.put(ip, host)));
        if (bound == null) {
            bound = network.udpTable().bound(owned); // a later bind finds the new owner
            if (bound != null) {
                owners.keySet().removeAll(owned);
            }
        }
        if (bound != null) {
            throw new IllegalArgumentException("address already bound: " + Addresses.text(bound)
                    + " is in use; make host " + name + " before binding there");
        }
        named.add(host);
        names.put(name, host.addresses());
        return host;
    }

    /** The owner of an address; the default host for the wildcard and for an address without an owner. */
    HostImpl ownerOf(InetAddress address) {
        HostImpl owner = owners.get(address);
        return owner == null ? localhost : owner;
    }

    /** The host with this name; null for none. */
    @Nullable
    HostImpl byName(String name) {
        if (Resolver.key(name).equals(Resolver.LOCALHOST)) {
            return localhost;
        }
        for (HostImpl host : named) {
            if (Resolver.key(host.name()).equals(Resolver.key(name))) {
                return host;
            }
        }
        return null;
    }

    /** The addresses of a name or of a literal. */
    List<InetAddress> resolve(String name) throws UnknownHostException {
        InetAddress literal = Addresses.literalOfJdk(name);
        if (literal != null) {
            return List.of(literal);
        }
        try {
            return names.resolve(name);
        } catch (UnknownHostException e) {
            throw ErrorHelp.ofName(e, names.all().keySet());
        }
    }

    /** @param name of the argument, if it is null */
    InetSocketAddress resolved(SocketAddress address, String name) throws UnknownHostException {
        return resolved(Objects.requireNonNull(address, name));
    }

    /** Resolves a host name to its first address. */
    InetSocketAddress resolved(SocketAddress address) throws UnknownHostException {
        Objects.requireNonNull(address, "address");
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        return inet.isUnresolved()
                ? new InetSocketAddress(resolve(inet.getHostString()).get(0), inet.getPort())
                : inet;
    }

    /** Like {@link #resolved}, but accepts the path of a Unix domain socket. */
    SocketAddress target(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress path ? Addresses.checkedLength(path) : resolved(address);
    }

    HostImpl localhost() {
        return localhost;
    }

    /** All hosts except the default one, in order of creation. */
    List<HostImpl> named() {
        return named;
    }

    Resolver names() {
        return names;
    }
}
