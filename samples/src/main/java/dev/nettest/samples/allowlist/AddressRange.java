package dev.nettest.samples.allowlist;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The addresses that share the first {@code bits} bits with {@code network}, like {@code 192.168.1.0/24}. */
public record AddressRange(InetAddress network, int bits) {

    /** @throws IllegalArgumentException if it is not of the form {@code 10.0.0.0/8} or {@code 2001:db8::/32} */
    public static AddressRange of(String cidr) {
        int slash = cidr.indexOf('/');
        // Digits and colons only: InetAddress would look up a name.
        if (!cidr.matches("[0-9a-fA-F.:]+/[0-9]{1,3}")) {
            throw new IllegalArgumentException("not an address range: " + cidr);
        }
        try {
            InetAddress network = InetAddress.getByName(cidr.substring(0, slash));
            return new AddressRange(network, Integer.parseInt(cidr.substring(slash + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address range: " + cidr, e);
        }
    }

    public AddressRange {
        if (bits < 0 || bits > Byte.SIZE * network.getAddress().length) {
            throw new IllegalArgumentException("not a prefix length of " + network.getHostAddress() + ": " + bits);
        }
    }

    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        BigInteger difference = new BigInteger(1, ours).xor(new BigInteger(1, theirs));
        return ours.length == theirs.length
                && difference.shiftRight(Byte.SIZE * ours.length - bits).signum() == 0;
    }
}
