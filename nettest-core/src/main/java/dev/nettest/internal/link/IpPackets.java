package dev.nettest.internal.link;

import dev.nettest.Impairment;

/** The IP packets that carry a datagram or a segment, by RFC 791, section 3.2, and RFC 8200, section 4.5. */
public final class IpPackets {

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;

    /** Without options. */
    private static final int TCP_HEADER = 20;

    /** The header extension of an IPv6 fragment. An IPv4 header has the room. */
    private static final int IPV6_FRAGMENT_HEADER = 8;

    /** The offset of a fragment is a multiple of this number of bytes. */
    private static final int FRAGMENT_UNIT = 8;

    private IpPackets() {}

    /**
     * The bytes that each fragment of a datagram takes from the rate; one element if it is not fragmented.
     *
     * @param payload the bytes of the datagram
     */
    static int[] fragments(int payload, Impairment impairment, boolean ipv6) {
        int header = ipHeader(ipv6);
        int data = UDP_HEADER + payload;
        int perFragment = data;
        if (isOversize(payload, impairment, ipv6)) {
            header += ipv6 ? IPV6_FRAGMENT_HEADER : 0;
            perFragment = Math.max(FRAGMENT_UNIT, (impairment.mtu() - header) / FRAGMENT_UNIT * FRAGMENT_UNIT);
        }
        int[] sizes = new int[(data + perFragment - 1) / perFragment];
        for (int i = 0; i < sizes.length; i++) {
            int part = Math.min(perFragment, data - i * perFragment);
            int udp = i == 0 ? UDP_HEADER : 0;
            sizes[i] = impairment.countsHeaders() ? header + part : part - udp;
        }
        return sizes;
    }

    /** True if a datagram of {@code payload} bytes does not fit into one packet of the link. */
    public static boolean isOversize(int payload, Impairment impairment, boolean ipv6) {
        return impairment.mtu() > 0 && ipHeader(ipv6) + UDP_HEADER + payload > impairment.mtu();
    }

    /** The most bytes of a segment on a link with this MTU. */
    static int segmentSize(int mtu, boolean ipv6) {
        return Math.max(1, mtu - tcpHeaders(ipv6));
    }

    /** The headers of a segment. */
    static int tcpHeaders(boolean ipv6) {
        return ipHeader(ipv6) + TCP_HEADER;
    }

    private static int ipHeader(boolean ipv6) {
        return ipv6 ? IPV6_HEADER : IPV4_HEADER;
    }
}
