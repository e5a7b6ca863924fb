package dev.nettest.internal.link;

import dev.nettest.internal.util.Addresses;
import java.net.InetAddress;
import java.util.Arrays;

/** One side of a link: selects the traffic that the link carries. */
public sealed interface LinkSelector {

    /** The specificity of a host: above that of every range. */
    int HOST = 1000;

    /** The specificity of a single address: above that of a host. */
    int ADDRESS = 2000;

    /** True if this side carries the traffic from or to {@code endpoint}. */
    boolean matches(HostAddress endpoint);

    /**
     * The rank of this side. If several links match, the one with the highest sum over both sides applies, like in
     * routing.
     */
    int specificity();

    /** All traffic. */
    record Any() implements LinkSelector {

        @Override
        public boolean matches(HostAddress endpoint) {
            return true;
        }

        @Override
        public int specificity() {
            return 0;
        }

        @Override
        public String toString() {
            return "*";
        }
    }

    /** A host, whatever its address. The default host can use any address and matches only by those that it owns. */
    record SingleHost(LinkHost host) implements LinkSelector {

        @Override
        public boolean matches(HostAddress endpoint) {
            return endpoint.host() == host
                    && (!host.isDefault() || host.addresses().contains(endpoint.address()));
        }

        @Override
        public int specificity() {
            return HOST;
        }

        @Override
        public String toString() {
            return host.name();
        }
    }

    /** All addresses with the same first bits. */
    record AddressRange(InetAddress first, int bits) implements LinkSelector {

        @Override
        public boolean matches(HostAddress endpoint) {
            return first.getClass() == endpoint.address().getClass()
                    && commonBits(first.getAddress(), endpoint.address().getAddress()) >= bits;
        }

        @Override
        public int specificity() {
            return bits == length(first) ? ADDRESS : 1 + bits;
        }

        @Override
        public String toString() {
            return Addresses.text(first) + (bits == length(first) ? "" : "/" + bits);
        }

        private static int commonBits(byte[] one, byte[] other) {
            int differs = Arrays.mismatch(one, other);
            return differs < 0
                    ? Byte.SIZE * one.length
                    : Byte.SIZE * differs
                            + Integer.numberOfLeadingZeros((one[differs] ^ other[differs]) & 0xFF)
                            - (Integer.SIZE - Byte.SIZE);
        }
    }

    /**
     * Parses an address, or a range such as {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static LinkSelector range(String text) {
        int slash = text.indexOf('/');
        InetAddress address = Addresses.literal(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("no side of a link: \"" + text
                    + "\"; expected the name of a host, an address, a range such as 10.0.0.0/8, or *");
        }
        return new AddressRange(address, slash < 0 ? length(address) : bits(text, slash, length(address)));
    }

    private static int bits(String text, int slash, int most) {
        String digits = text.substring(slash + 1);
        int bits = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : -1;
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException(
                    "not a range: " + text + "; expected 0 to " + most + " bits behind the slash");
        }
        return bits;
    }

    private static int length(InetAddress address) {
        return Byte.SIZE * address.getAddress().length;
    }

    /** True if the link is between this host and all others, and {@code endpoint} is this host itself. */
    default boolean isLoopback(LinkSelector other, HostAddress endpoint) {
        return this instanceof SingleHost && other instanceof Any && matches(endpoint);
    }
}
