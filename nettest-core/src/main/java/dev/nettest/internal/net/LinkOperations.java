package dev.nettest.internal.net;

import dev.nettest.Host;
import dev.nettest.NetworkLinks;
import dev.nettest.internal.link.LinkImpl;
import java.util.Collection;
import java.util.Objects;

/** The implementation of {@link NetworkLinks}, over the links of a network. */
abstract class LinkOperations {

    abstract HostLinks links();

    /** @throws IllegalStateException if the network is closed */
    abstract void checkOpen(String what);

    public LinkImpl link(String a, String b) {
        checkOpen("link");
        return links().between(Objects.requireNonNull(a, "a"), Objects.requireNonNull(b, "b"));
    }

    public LinkImpl link(Host a, Host b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        checkOpen("link");
        return links().between(HostImpl.of(a), HostImpl.of(b));
    }

    public LinkImpl defaultLink() {
        checkOpen("link");
        return links().everywhere();
    }

    public void repair() {
        checkOpen("repair");
        links().table().repairAll();
    }

    public void release() {
        checkOpen("release");
        links().table().releaseAll();
    }

    public void isolate(Host host) {
        checkOpen("isolate");
        links().outside(HostImpl.of(Objects.requireNonNull(host, "host"))).partition();
    }

    public void rejoin(Host host) {
        checkOpen("rejoin");
        links().outside(HostImpl.of(Objects.requireNonNull(host, "host"))).repair();
    }

    public void split(Collection<? extends Collection<Host>> groups) {
        checkOpen("split");
        links().split(Objects.requireNonNull(groups, "groups"));
    }
}
