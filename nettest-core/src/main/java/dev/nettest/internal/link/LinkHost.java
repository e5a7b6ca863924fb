package dev.nettest.internal.link;

import java.net.InetAddress;
import java.util.List;

/** The view that links have of a host. Hosts are compared by identity. */
public interface LinkHost {

    /** The name in a link's text. */
    String name();

    /** The addresses that it owns. */
    List<InetAddress> addresses();

    /** True for the default host, on which every address that no other host owns can be bound. */
    boolean isDefault();
}
