package dev.nettest.trace;

import dev.nettest.trace.Packet.Slice;
import dev.nettest.trace.Packet.Tcp;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The Ethernet frames of a packet: RFC 894 and RFC 2464 around IPv4 (RFC 791) or IPv6 (RFC 8200) around TCP (RFC 9293)
 * or UDP (RFC 768).
 */
final class Frames {

    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86DD;
    private static final int PROTOCOL_TCP = 6;
    private static final int PROTOCOL_UDP = 17;
    private static final int IPV6_FRAGMENT = 44;

    private static final int ETHERNET_HEADER = 14;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int IPV6_FRAGMENT_HEADER = 8;
    private static final int UDP_HEADER = 8;
    private static final int TCP_HEADER = 20;

    private static final int HOP_LIMIT = 64;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;

    /** The offset of a fragment is a multiple of this number of bytes. */
    private static final int FRAGMENT_UNIT = 8;

    private static final int WINDOW = 0xFFFF;

    /** MSS 1,460; no operation; window scale 14, the largest of RFC 7323. */
    private static final byte[] SYN_OPTIONS = {2, 4, (byte) (1460 >> 8), (byte) 1460, 1, 3, 3, 14};

    /**
     * A frame.
     *
     * @param bytes the captured bytes
     * @param length the number of all bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(byte[] bytes, int length) {}

    private final Packet packet;
    private final CapturedHosts hosts;
    private final byte[] source;
    private final byte[] target;
    private final int identification;

    private Frames(Packet packet, CapturedHosts hosts) {
        InetAddress from = packet.source().address();
        InetAddress to = packet.target().address();
        boolean ipv4 = from instanceof Inet4Address && to instanceof Inet4Address;
        this.packet = packet;
        this.hosts = hosts;
        this.source = ipv4 ? from.getAddress() : ipv6(from);
        this.target = ipv4 ? to.getAddress() : ipv6(to);
        this.identification = hosts.nextIdentification(packet.source().host());
    }

    /** The frames of {@code packet}: one, or one for each fragment. */
    static List<Frame> of(Packet packet, CapturedHosts hosts) {
        return new Frames(packet, hosts).make();
    }

    /** The bytes of {@code address}, for IPv4 as an address of IPv6. */
    private static byte[] ipv6(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 16) {
            return bytes;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xFF;
        mapped[11] = (byte) 0xFF;
        System.arraycopy(bytes, 0, mapped, 12, 4);
        return mapped;
    }

    private List<Frame> make() {
        byte[] header = transportHeader();
        Slice payload = packet.payload();
        byte[] known = Arrays.copyOf(header, header.length + payload.available());
        System.arraycopy(payload.kept(), payload.from(), known, header.length, payload.available());
        Slice data = new Slice(known, 0, header.length + payload.length());
        int size = fragmentSize(data.length());
        List<Frame> frames = new ArrayList<>();
        for (int at = 0; at < data.length(); at += size) {
            frames.add(frame(data, at, Math.min(size, data.length() - at)));
        }
        return frames;
    }

    /** The least size that gives this number of fragments. */
    private int fragmentSize(int length) {
        int count = packet.fragments();
        if (count <= 1) {
            return length;
        }
        int size = (length + count - 1) / count;
        return (size + FRAGMENT_UNIT - 1) / FRAGMENT_UNIT * FRAGMENT_UNIT;
    }

    private Frame frame(Slice data, int at, int count) {
        Slice part = data.slice(at, count);
        boolean whole = count == data.length();
        boolean more = at + count < data.length();
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET_HEADER + IPV6_HEADER + IPV6_FRAGMENT_HEADER + part.available());
        frame.put(hosts.mac(packet.target())).put(hosts.mac(packet.source()));
        if (source.length == 4) {
            int flags = (whole ? DONT_FRAGMENT : more ? MORE_FRAGMENTS : 0) | at / FRAGMENT_UNIT;
            ipv4(frame.putShort((short) ETHERTYPE_IPV4), count, flags);
        } else {
            ipv6(frame.putShort((short) ETHERTYPE_IPV6), count, whole);
            if (!whole) {
                frame.put((byte) protocol()).put((byte) 0).putShort((short) (at | (more ? 1 : 0)));
                frame.putInt(identification);
            }
        }
        int headers = frame.position();
        frame.put(part.kept(), part.from(), part.available());
        return new Frame(Arrays.copyOf(frame.array(), frame.position()), headers + count);
    }

    private void ipv4(ByteBuffer frame, int count, int flagsAndOffset) {
        ByteBuffer header = ByteBuffer.allocate(IPV4_HEADER);
        header.putShort((short) 0x4500).putShort((short) (IPV4_HEADER + count)).putShort((short) identification);
        header.putShort((short) flagsAndOffset).put((byte) HOP_LIMIT).put((byte) protocol());
        header.putShort((short) 0).put(source).put(target);
        frame.put(header.putShort(10, (short) complement(sum(0, header.array(), 0, IPV4_HEADER)))
                .array());
    }

    private void ipv6(ByteBuffer frame, int count, boolean whole) {
        frame.putInt(0x60000000).putShort((short) (count + (whole ? 0 : IPV6_FRAGMENT_HEADER)));
        frame.put((byte) (whole ? protocol() : IPV6_FRAGMENT))
                .put((byte) HOP_LIMIT)
                .put(source)
                .put(target);
    }

    private int protocol() {
        return packet.tcp() == null ? PROTOCOL_UDP : PROTOCOL_TCP;
    }

    private byte[] transportHeader() {
        Tcp tcp = packet.tcp();
        return tcp == null ? udpHeader() : tcpHeader(tcp);
    }

    private byte[] udpHeader() {
        int length = UDP_HEADER + packet.payload().length();
        ByteBuffer header = ByteBuffer.allocate(UDP_HEADER);
        header.putShort((short) packet.source().port())
                .putShort((short) packet.target().port())
                .putShort((short) length);
        int checksum = checksum(header.array());
        return header.putShort(6, (short) (checksum == 0 ? 0xFFFF : checksum)).array(); // 0 means none
    }

    private byte[] tcpHeader(Tcp tcp) {
        byte[] options = tcp.has(Tcp.SYN) ? SYN_OPTIONS : new byte[0];
        int words = (TCP_HEADER + options.length) / Integer.BYTES;
        ByteBuffer header = ByteBuffer.allocate(TCP_HEADER + options.length);
        header.putShort((short) packet.source().port())
                .putShort((short) packet.target().port())
                .putInt(tcp.sequence())
                .putInt(tcp.has(Tcp.ACK) ? tcp.acknowledgment() : 0)
                .putShort((short) (words << 12 | tcp.flags()))
                .putShort((short) WINDOW)
                .putInt(0)
                .put(options);
        return header.putShort(16, (short) checksum(header.array())).array();
    }

    /** The checksum over the pseudo header, the header and the known bytes of the payload. */
    private int checksum(byte[] header) {
        Slice payload = packet.payload();
        int length = header.length + payload.length();
        long sum = sum(sum(0, source, 0, source.length), target, 0, target.length);
        sum += protocol() + (length >>> 16) + (length & 0xFFFF);
        sum = sum(sum, header, 0, header.length);
        return complement(sum(sum, payload.kept(), payload.from(), payload.available()));
    }

    /** Adds the words of 16 bits, by RFC 1071. */
    private static long sum(long start, byte[] bytes, int from, int count) {
        long sum = start;
        for (int i = 0; i < count; i++) {
            int value = bytes[from + i] & 0xFF;
            sum += i % 2 == 0 ? value << 8 : value;
        }
        return sum;
    }

    private static int complement(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xFFFF) + (folded >>> 16);
        }
        return (int) ~folded & 0xFFFF;
    }
}
