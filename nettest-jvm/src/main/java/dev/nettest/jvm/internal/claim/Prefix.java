package dev.nettest.jvm.internal.claim;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A range of addresses in CIDR notation, RFC 4632 and RFC 4291. Bits after the prefix are 0.
 *
 * @param first the address of which all others differ in bits after the prefix only
 * @param length the number of bits that all addresses share
 */
public record Prefix(InetAddress first, int length) {

    /** @throws IllegalArgumentException if {@code text} is neither an address nor a prefix */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash), text);
        int bits = address.getAddress().length * Byte.SIZE;
        int length = slash < 0 ? bits : length(text.substring(slash + 1), bits, text);
        Prefix prefix = new Prefix(address, length);
        if (!masked(address, length).equals(address)) {
            throw invalid(text, "has bits after its prefix");
        }
        return prefix;
    }

    private static InetAddress literal(String literal, String text) {
        boolean numeric = !literal.isEmpty()
                && literal.chars().allMatch(c -> ".:".indexOf(c) >= 0 || Character.digit(c, 16) >= 0);
        boolean version4 = numeric && literal.chars().filter(c -> c == '.').count() == 3;
        if (!version4 && (!numeric || literal.indexOf(':') < 0)) {
            throw invalid(text, "is not a literal address");
        }
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw invalid(text, "is not a literal address");
        }
    }

    private static int length(String digits, int bits, String text) {
        try {
            int length = Integer.parseInt(digits);
            if (length >= 0 && length <= bits) {
                return length;
            }
        } catch (NumberFormatException e) {
            // the same failure as for a number out of range
        }
        throw invalid(text, "has no length of 0 to " + bits);
    }

    private static IllegalArgumentException invalid(String text, String rule) {
        return new IllegalArgumentException(
                "\"" + text + "\" " + rule + "; expected an address or a prefix such as \"10.1.0.0/16\"");
    }

    private static InetAddress masked(InetAddress address, int length) {
        byte[] bytes = address.getAddress();
        for (int bit = length; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
        }
        return of(bytes);
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.length + " bytes", e);
        }
    }

    /** True if {@code address} is in this range. */
    public boolean contains(InetAddress address) {
        byte[] ours = first.getAddress();
        byte[] other = address.getAddress();
        if (ours.length != other.length) {
            return false;
        }
        int whole = length / Byte.SIZE;
        if (!Arrays.equals(ours, 0, whole, other, 0, whole)) {
            return false;
        }
        int rest = length % Byte.SIZE;
        return rest == 0 || ((ours[whole] ^ other[whole]) & 0xFF) >>> (Byte.SIZE - rest) == 0;
    }

    /** True if an address is in both ranges. */
    boolean overlaps(Prefix other) {
        return contains(other.first) || other.contains(first);
    }

    /** @throws IllegalArgumentException if this range has no address with that number */
    public InetAddress address(int number) {
        byte[] bytes = first.getAddress();
        int bits = bytes.length * Byte.SIZE - length;
        if (number < 0 || (bits < Integer.SIZE - 1 && number >> bits != 0)) {
            throw new IllegalArgumentException("no address number " + number + " in " + this);
        }
        byte[] sum = new BigInteger(1, bytes).add(BigInteger.valueOf(number)).toByteArray();
        int count = Math.min(sum.length, bytes.length);
        System.arraycopy(sum, sum.length - count, bytes, bytes.length - count, count);
        return of(bytes);
    }

    /** The number of the {@code n}-th free prefix of a claim: 10.n.0.0/16. */
    static Prefix ofClaim4(int n) {
        return parse("10." + n + ".0.0/16");
    }

    /** fd00:n::/32, of the unique local addresses of RFC 4193. */
    static Prefix ofClaim6(int n) {
        return parse("fd00:" + Integer.toHexString(n) + "::/32");
    }

    @Override
    public String toString() {
        String address = first instanceof Inet4Address ? first.getHostAddress() : short6();
        return address + "/" + length;
    }

    private String short6() {
        return first.getHostAddress().replaceFirst("(:0)+$", "::");
    }
}
