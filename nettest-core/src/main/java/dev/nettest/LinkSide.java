package dev.nettest;

import java.net.InetAddress;
import java.util.Arrays;

/** One side of a link: whose traffic it carries. */
sealed interface LinkSide {

    /** Where something comes from, or goes to. */
    record Spot(Host host, InetAddress address) {}

    /** Whether what comes from there, or goes there, is this side's. */
    boolean matches(Spot spot);

    /** Of links that carry the same, the one whose sides have the larger sum says how it travels. */
    int narrowness();

    /** Everybody. */
    record Everybody() implements LinkSide {

        @Override
        public boolean matches(Spot spot) {
            return true;
        }

        @Override
        public int narrowness() {
            return 0;
        }

        @Override
        public String toString() {
            return "*";
        }
    }

    /** A host, by where things come from, whatever their address; of the default one, that is everybody's, just its own addresses. */
    record OfHost(Host host) implements LinkSide {

        @Override
        public boolean matches(Spot spot) {
            return spot.host == host && (!host.isDefault() || host.addresses().contains(spot.address));
        }

        @Override
        public int narrowness() {
            return HOST;
        }

        @Override
        public String toString() {
            return host.name();
        }
    }

    /** All addresses that begin with the same bits. */
    record Range(InetAddress first, int bits) implements LinkSide {

        @Override
        public boolean matches(Spot spot) {
            return first.getClass() == spot.address.getClass()
                    && bitsInCommon(first.getAddress(), spot.address.getAddress()) >= bits;
        }

        @Override
        public int narrowness() {
            return bits == length(first) ? ADDRESS : 1 + bits;
        }

        @Override
        public String toString() {
            return Addresses.text(first) + (bits == length(first) ? "" : "/" + bits);
        }

        private static int bitsInCommon(byte[] one, byte[] other) {
            int differs = Arrays.mismatch(one, other);
            return differs < 0
                    ? Byte.SIZE * one.length
                    : Byte.SIZE * differs
                            + Integer.numberOfLeadingZeros((one[differs] ^ other[differs]) & 0xFF)
                            - (Integer.SIZE - Byte.SIZE);
        }
    }

    /** Narrower than any range. */
    int HOST = 1000;

    int ADDRESS = 2000;

    /**
     * The name of a host, an address, or a range such as {@code 10.0.0.0/8}; {@code *} for everybody.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static LinkSide parse(Network network, String text) {
        if (text.equals("*")) {
            return new Everybody();
        }
        Host host = network.hosts().byName(text);
        if (host != null) {
            return new OfHost(host);
        }
        int slash = text.indexOf('/');
        InetAddress address = Addresses.literal(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("no side of a link: \"" + text
                    + "\"; expected the name of a host, an address, a range such as 10.0.0.0/8, or *");
        }
        return new Range(address, slash < 0 ? length(address) : bits(text, slash, length(address)));
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

    /** Whether this is a host, and the link its one to everybody else, and {@code spot} is no one else. */
    default boolean isInside(LinkSide other, Spot spot) {
        return this instanceof OfHost && other instanceof Everybody && matches(spot);
    }
}
