package dev.nettest.internal.link;

import java.net.InetAddress;

/** A source or destination of traffic: an address, and the host that uses it. */
public record HostAddress(LinkHost host, InetAddress address) {}
