package dev.nettest.internal.net;

import dev.nettest.Host;
import dev.nettest.NetworkLinks;
import dev.nettest.internal.link.LinkImpl;
import java.util.Collection;

/** The implementation of {@link NetworkLinks}, over the links of a network. */
abstract class LinkOperations {

    abstract HostLinks links();

    public LinkImpl link(String a, String b) {
        return links().between(a, b);
    }

    public LinkImpl link(Host a, Host b) {
        return links().between(HostImpl.of(a), HostImpl.of(b));
    }

    public LinkImpl defaultLink() {
        return links().everywhere();
    }

    public void repair() {
        links().table().repairAll();
    }

    public void release() {
        links().table().releaseAll();
    }

    public void isolate(Host host) {
        links().outside(HostImpl.of(host)).partition();
    }

    public void rejoin(Host host) {
        links().outside(HostImpl.of(host)).repair();
    }

    public void split(Collection<? extends Collection<Host>> groups) {
        links().split(groups);
    }
}
