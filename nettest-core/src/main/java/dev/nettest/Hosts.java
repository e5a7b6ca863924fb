package dev.nettest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The hosts of a network, and whose each address is. */
final class Hosts {

    private final Network network;
    private final Host localhost;
    private final Names names = new Names();
    private final List<Host> named = new CopyOnWriteArrayList<>();
    private final Map<InetAddress, Host> owners = new ConcurrentHashMap<>();

    Hosts(Network network) {
        this.network = network;
        localhost = new Host(
                network,
                "localhost",
                List.of(Addresses.plain(Addresses.LOCALHOST), Addresses.plain(Addresses.LOCALHOST_6)));
    }

    synchronized Host add(String name, String... addresses) {
        List<InetAddress> owned = new ArrayList<>();
        for (String address : addresses) {
            InetAddress ip = Addresses.checkedLiteral(address);
            Host owner = ownerOf(ip);
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
        Host host = new Host(network, name, owned);
        InetSocketAddress bound = network.book().rescope(owned, () -> owned.forEach(ip -> owners.put(ip, host)));
        if (bound == null) {
            bound = network.datagrams().bound(owned); // who binds there after this finds the new owner
            if (bound != null) {
                owners.keySet().removeAll(owned);
            }
        }
        if (bound != null) {
            throw new IllegalArgumentException("address already bound: " + Addresses.text(bound)
                    + " is in use; make host " + name + " before anybody binds there");
        }
        named.add(host);
        names.set(name, host);
        return host;
    }

    /** The host that an address belongs to: the default one where no other owns it, and that of the wildcard. */
    Host ownerOf(InetAddress address) {
        Host owner = owners.get(address);
        return owner == null ? localhost : owner;
    }

    /** The host of this name; null for none. */
    @Nullable
    Host byName(String name) {
        if (Names.key(name).equals(Names.LOCALHOST)) {
            return localhost;
        }
        for (Host host : named) {
            if (Names.key(host.name()).equals(Names.key(name))) {
                return host;
            }
        }
        return null;
    }

    Host localhost() {
        return localhost;
    }

    /** All but the default one, in the order in which they were made. */
    List<Host> named() {
        return named;
    }

    Names names() {
        return names;
    }
}
